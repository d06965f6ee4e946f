#include "inside/release.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"

namespace fs = std::filesystem;

namespace useipsec {

void ask_for_release(const fs::path& inside, const Release& release) {
  if (!fs::is_directory(inside)) throw Error(inside.string() + ": expected the folder of a run that holds a lab");
  replace_text(inside / release_name,
               nlohmann::json{{"case", release.case_id}, {"within_ms", release.within.count()}}.dump() + "\n");
}

std::optional<Release> asked_release(const fs::path& inside) try {
  if (!fs::exists(inside / release_name)) return std::nullopt;
  const auto document = nlohmann::json::parse(read_text(inside / release_name));
  return Release{.case_id = document.at("case"),
                 .within = std::chrono::milliseconds(document.at("within_ms").get<std::int64_t>())};
} catch (const Error&) {
  return std::nullopt;  // taken away meanwhile
} catch (const nlohmann::json::exception&) {
  return std::nullopt;
}

void clear_release(const fs::path& inside) {
  std::error_code ignored;
  fs::remove(inside / release_name, ignored);
}

}  // namespace useipsec
