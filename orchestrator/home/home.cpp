#include "home/home.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/error.h"

namespace fs = std::filesystem;

namespace useipsec {

namespace {

bool is_home(const fs::path& folder) {
  return fs::is_directory(folder / "scenarios") && fs::is_directory(folder / "topologies") &&
         fs::is_directory(folder / "claims");
}

}  // namespace

fs::path own_executable() { return fs::read_symlink("/proc/self/exe"); }

Home Home::find(const std::string& written) {
  const char* variable = std::getenv("USEIPSEC_HOME");
  const std::string named = !written.empty() ? written : variable != nullptr ? variable : "";
  if (!named.empty()) {
    if (!is_home(named)) {
      throw Error(fmt::format("{}: expected a folder with scenarios/, topologies/ and claims/", named),
                  ExitCode::invalid);
    }
    return Home(fs::canonical(named));
  }
  for (fs::path folder = own_executable().parent_path(); folder != folder.root_path(); folder = folder.parent_path()) {
    if (is_home(folder)) return Home(folder);
  }
  throw Error("no scenarios/, topologies/ and claims/ above this program; name their folder with --home",
              ExitCode::invalid);
}

std::string Home::name_of(const fs::path& file) const {
  std::error_code error;
  const auto whole = fs::weakly_canonical(fs::absolute(file), error);
  const auto relative = whole.lexically_relative(fs::weakly_canonical(root_, error));
  return (relative.empty() || *relative.begin() == ".." ? whole : relative).string();
}

std::vector<fs::path> Home::scenario_files() const {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(scenarios())) {
    if (entry.is_regular_file() && entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace useipsec
