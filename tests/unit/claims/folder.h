#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

namespace useipsec::testing {

/// A small valid catalogue of one group, one claim and one not-testable statement in a temporary folder of its own;
/// a test breaks one thing in it.
class CatalogueFolder {
 public:
  CatalogueFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "claims-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp " + name);
    path_ = name;
    write("terms.json", {{"terms", {{{"kind", "tier"}, {"name", "K0"}, {"meaning", "Policy only."}}}}});
    write("nat/group.json", group("nat", 1));
    write("nat/nat-one.json", claim("nat-one", "nat", 1));
    write("not-testable/style.json", {{"number", 1},
                                      {"statement", "Style matters."},
                                      {"source", {"RFC 1"}},
                                      {"why_not", "A judgement."},
                                      {"nearest", {"nat-one", "group:nat"}}});
  }
  ~CatalogueFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  CatalogueFolder(const CatalogueFolder&) = delete;
  CatalogueFolder& operator=(const CatalogueFolder&) = delete;

  static nlohmann::json group(const std::string& id, int order) {
    return {{"group", id},          {"order", order},       {"title", "Title of " + id},
            {"about", "About it."}, {"sources", {"RFC 1"}}, {"frame", "Topology PAIR."}};
  }

  static nlohmann::json claim(const std::string& id, const std::string& group, int number) {
    return {{"claim", id},
            {"group", group},
            {"number", number},
            {"statement", "It breaks."},
            {"source", {"RFC 1"}},
            {"hypothesis", "Nothing arrives."},
            {"refuted_if", "Something arrives."},
            {"experiment", "Send."},
            {"control", "Send without it."},
            {"expected", "blocked"},
            {"tier", {"K0"}},
            {"grade", "S"}};
  }

  void write(const std::string& file, const nlohmann::json& content) { write_text(file, content.dump(2)); }

  void write_text(const std::string& file, std::string_view content) {
    std::filesystem::create_directories((path_ / file).parent_path());
    std::ofstream(path_ / file) << content;
  }

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace useipsec::testing
