#include "claims/catalogue.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "base/error.h"

namespace useipsec {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

[[noreturn]] void fail(const fs::path& file, std::string_view place, std::string_view expected,
                       std::string_view found) {
  throw Error(
      fmt::format("{}: {}: expected {}, found {}", file.string(), place.empty() ? "(top)" : place, expected, found),
      ExitCode::invalid);
}

std::string described(const json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return value.empty() ? "an empty list" : "a list";
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// "line:column", both from 1, of a byte offset.
std::string position(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto line = std::ranges::count(before, '\n') + 1;
  const std::size_t start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return fmt::format("{}:{}", line, before.size() - start + 1);
}

/// One object of a file; every question it cannot answer throws with the place.
class Fields {
 public:
  Fields(fs::path file, json object, std::string pointer = "")
      : file_(std::move(file)), object_(std::move(object)), pointer_(std::move(pointer)) {
    if (!object_.is_object()) fail(file_, pointer_, "an object", described(object_));
  }

  static Fields of_file(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (!stream || stream.bad()) fail(file, "", "a readable file", "none");
    try {
      return Fields(file, json::parse(text));
    } catch (const json::parse_error& error) {
      // nlohmann counts bytes from 1, and one past the end for an unexpected end.
      fail(file.string() + ":" + position(text, error.byte > 0 ? error.byte - 1 : 0), "", "JSON", error.what());
    }
  }

  /// Refuses every field that is not among `known`.
  void only(std::initializer_list<std::string_view> known) const {
    for (const auto& [key, value] : object_.items()) {
      if (std::ranges::find(known, key) == known.end()) {
        fail(file_, at(key), fmt::format("one of {}", fmt::join(known, ", ")), fmt::format("\"{}\"", key));
      }
    }
  }

  std::string text(const char* key) const { return text_of(value(key, "a text"), at(key)); }

  std::string optional_text(const char* key) const { return object_.contains(key) ? text(key) : std::string(); }

  int number(const char* key) const {
    const json& found = value(key, "a number from 1");
    if (!found.is_number_integer() || found < 1 || found > 1'000'000) {
      fail(file_, at(key), "a number from 1", described(found));
    }
    return found.get<int>();
  }

  std::vector<std::string> texts(const char* key) const {
    const json& list = value(key, "a list of texts");
    if (!list.is_array()) fail(file_, at(key), "a list of texts", described(list));
    std::vector<std::string> texts;
    for (const json& item : list) texts.push_back(text_of(item, fmt::format("{}/{}", at(key), texts.size())));
    return texts;
  }

  std::vector<std::string> some_texts(const char* key) const {
    auto found = texts(key);
    if (found.empty()) fail(file_, at(key), "a list of at least one text", "an empty list");
    return found;
  }

  std::vector<Fields> objects(const char* key) const {
    const json& list = value(key, "a list of objects");
    if (!list.is_array()) fail(file_, at(key), "a list of objects", described(list));
    std::vector<Fields> objects;
    for (const json& item : list) objects.emplace_back(file_, item, fmt::format("{}/{}", at(key), objects.size()));
    return objects;
  }

  /// The text of `key`, which must be `wanted` because `why`.
  std::string exactly(const char* key, const std::string& wanted, std::string_view why) const {
    std::string found = text(key);
    if (found != wanted) {
      fail(file_, at(key), fmt::format("\"{}\" ({})", wanted, why), fmt::format("\"{}\"", found));
    }
    return found;
  }

  std::string at(std::string_view key) const { return fmt::format("{}/{}", pointer_, key); }
  const fs::path& file() const { return file_; }

 private:
  const json& value(const char* key, std::string_view expected) const {
    auto found = object_.find(key);
    if (found == object_.end()) fail(file_, at(key), expected, "nothing");
    return *found;
  }

  std::string text_of(const json& value, const std::string& place) const {
    if (!value.is_string()) fail(file_, place, "a text", described(value));
    std::string text = value.get<std::string>();
    if (text.empty()) fail(file_, place, "a text that is not empty", "\"\"");
    return text;
  }

  fs::path file_;
  json object_;
  std::string pointer_;
};

Grade grade_of(const Fields& fields) {
  const std::string text = fields.text("grade");
  for (Grade grade : {Grade::small, Grade::medium, Grade::large}) {
    if (letter(grade) == text) return grade;
  }
  fail(fields.file(), fields.at("grade"), "one of S, M, L", fmt::format("\"{}\"", text));
}

ClaimGroup read_group(const fs::path& file) {
  const Fields fields = Fields::of_file(file);
  fields.only({"$schema", "group", "order", "title", "about", "sources", "frame", "notes"});
  return {.id = fields.exactly("group", file.parent_path().filename(), "the folder's name"),
          .order = fields.number("order"),
          .title = fields.text("title"),
          .about = fields.text("about"),
          .sources = fields.some_texts("sources"),
          .frame = fields.text("frame"),
          .notes = fields.optional_text("notes")};
}

Claim read_claim(const fs::path& file) {
  const Fields fields = Fields::of_file(file);
  fields.only({"$schema", "claim", "group", "number", "statement", "source", "hypothesis", "refuted_if", "experiment",
               "control", "expected", "tier", "grade", "caveats"});
  return {.id = fields.exactly("claim", file.stem(), "the file's name"),
          .group = fields.exactly("group", file.parent_path().filename(), "the folder's name"),
          .number = fields.number("number"),
          .statement = fields.text("statement"),
          .sources = fields.some_texts("source"),
          .hypothesis = fields.text("hypothesis"),
          .refuted_if = fields.text("refuted_if"),
          .experiment = fields.text("experiment"),
          .control = fields.text("control"),
          .expected = fields.text("expected"),
          .tiers = fields.some_texts("tier"),
          .grade = grade_of(fields),
          .caveats = fields.optional_text("caveats")};
}

NotTestable read_not_testable(const fs::path& file) {
  const Fields fields = Fields::of_file(file);
  fields.only({"$schema", "number", "statement", "source", "why_not", "nearest"});
  return {.id = file.stem(),
          .number = fields.number("number"),
          .statement = fields.text("statement"),
          .sources = fields.some_texts("source"),
          .why_not = fields.text("why_not"),
          .nearest = fields.texts("nearest")};
}

std::vector<Term> read_terms(const fs::path& file) {
  const Fields fields = Fields::of_file(file);
  fields.only({"$schema", "terms"});
  std::vector<Term> terms;
  for (const Fields& term : fields.objects("terms")) {
    term.only({"kind", "name", "meaning"});
    terms.push_back({term.text("kind"), term.text("name"), term.text("meaning")});
  }
  return terms;
}

/// What lies in a folder, by name; files only where they end in .json, and no hidden ones.
std::vector<fs::path> entries(const fs::path& folder, bool folders) {
  std::vector<fs::path> found;
  std::error_code failed;
  for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end; entry.increment(failed)) {
    if (entry->path().filename().string().starts_with('.') || entry->is_directory() != folders) continue;
    if (folders || entry->path().extension() == ".json") found.push_back(entry->path());
  }
  if (failed) fail(folder, "", "a folder", failed.message());
  std::ranges::sort(found);
  return found;
}

/// Refuses a second use of `key`; `seen` remembers who used it first.
template <class Key>
void once(std::map<Key, fs::path>& seen, const Key& key, const fs::path& file, std::string_view pointer) {
  auto [first, is_new] = seen.emplace(key, file);
  if (!is_new) {
    fail(file, pointer, "a value of its own", fmt::format("\"{}\", as in {}", key, first->second.string()));
  }
}

void read_group_folder(const fs::path& folder, Catalogue& catalogue, std::map<std::string, fs::path>& ids) {
  catalogue.groups.push_back(read_group(folder / "group.json"));
  for (const fs::path& file : entries(folder, false)) {
    if (file.filename() == "group.json") continue;
    catalogue.claims.push_back(read_claim(file));
    once(ids, catalogue.claims.back().id, file, "/claim");
  }
}

/// Checks what one file alone cannot tell: places given twice, words and claims that do not exist.
void check(const fs::path& folder, const Catalogue& catalogue) {
  const auto claim_file = [&](const Claim& claim) { return folder / claim.group / (claim.id + ".json"); };
  std::map<int, fs::path> orders, numbers, places;
  for (const ClaimGroup& group : catalogue.groups)
    once(orders, group.order, folder / group.id / "group.json", "/order");
  std::set<std::string> tiers;
  for (const Term& term : catalogue.terms) {
    if (term.kind == "tier") tiers.insert(term.name);
  }
  for (const Claim& claim : catalogue.claims) {
    once(numbers, claim.number, claim_file(claim), "/number");
    for (std::size_t i = 0; i < claim.tiers.size(); ++i) {
      if (!tiers.contains(claim.tiers[i])) {
        fail(claim_file(claim), fmt::format("/tier/{}", i), fmt::format("one of {}", fmt::join(tiers, ", ")),
             fmt::format("\"{}\"", claim.tiers[i]));
      }
    }
  }
  for (const NotTestable& statement : catalogue.not_testable) {
    const fs::path file = folder / "not-testable" / (statement.id + ".json");
    once(places, statement.number, file, "/number");
    for (std::size_t i = 0; i < statement.nearest.size(); ++i) {
      const std::string_view name = statement.nearest[i];
      const bool exists = name.starts_with("group:") ? catalogue.find_group(name.substr(6)) != nullptr
                                                     : catalogue.find(name) != nullptr;
      if (!exists) {
        fail(file, fmt::format("/nearest/{}", i), "the id of a claim, or group: and the id of a group",
             fmt::format("\"{}\"", name));
      }
    }
  }
}

}  // namespace

Catalogue load_catalogue(const fs::path& folder) {
  Catalogue catalogue;
  catalogue.terms = read_terms(folder / "terms.json");
  std::map<std::string, fs::path> ids;
  for (const fs::path& entry : entries(folder, true)) {
    if (entry.filename() != "not-testable") read_group_folder(entry, catalogue, ids);
  }
  for (const fs::path& file : entries(folder / "not-testable", false)) {
    catalogue.not_testable.push_back(read_not_testable(file));
  }
  check(folder, catalogue);
  std::ranges::sort(catalogue.groups, {}, &ClaimGroup::order);
  std::ranges::sort(catalogue.claims, {}, [&](const Claim& claim) {
    return std::pair(catalogue.find_group(claim.group)->order, claim.number);
  });
  std::ranges::sort(catalogue.not_testable, {}, &NotTestable::number);
  return catalogue;
}

}  // namespace useipsec
