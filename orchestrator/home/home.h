#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace useipsec {

/// Where the project's data files are: scenarios/, topologies/ and claims/ side by side.
class Home {
 public:
  /// `written` where not empty; else $USEIPSEC_HOME; else the nearest folder above this executable that has them.
  /// Throws Error (invalid) where there is none.
  static Home find(const std::string& written = "");

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path scenarios() const { return root_ / "scenarios"; }
  /// Scenarios with axes, which are run by name only: grids/<name>.json.
  std::filesystem::path grids() const { return root_ / "grids"; }
  std::filesystem::path topologies() const { return root_ / "topologies"; }
  std::filesystem::path claims() const { return root_ / "claims"; }
  /// What `setup/debian` unpacks because it cannot be installed.
  std::filesystem::path packages() const { return root_ / "packages"; }
  std::filesystem::path results() const { return root_ / "results"; }

  /// How records call a file: relative to the root where it lies below it, else absolute.
  std::string name_of(const std::filesystem::path& file) const;

  /// Every *.json below scenarios/, sorted by name.
  std::vector<std::filesystem::path> scenario_files() const;

 private:
  explicit Home(std::filesystem::path root) : root_(std::move(root)) {}
  std::filesystem::path root_;
};

/// This program's own file, absolute.
std::filesystem::path own_executable();

}  // namespace useipsec
