#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "claims/claim.h"
#include "home/home.h"
#include "input/diagnostic.h"
#include "scenario/scenario_reader.h"

namespace useipsec {

/// The project's data read as one: every scenario's cases and the catalogue of claims.
class Library {
 public:
  explicit Library(Home home);

  const Home& home() const { return home_; }
  const Catalogue& claims() const { return claims_; }
  /// The cases of one scenario file, or all that is wrong with it.
  ReadResult read(const std::filesystem::path& file) const;
  /// The case of that id in a file that was checked before. Throws Error (invalid).
  Case find(const std::filesystem::path& file, const std::string& id) const;

 private:
  Home home_;
  Catalogue claims_;
  Catalogs names_;
};

/// What was asked for on the command line.
struct Wanted {
  std::vector<std::string> what;     ///< names (with * and ?) of scenarios, or files; empty: everything
  std::vector<std::string> engines;  ///< empty: all
  std::vector<std::string> claims;   ///< only scenarios that bear on one of these; empty: all
};

/// The cases wanted, controls after their subjects. Throws Error: invalid with every complaint about the files, or for
/// a name that fits nothing with the nearest one; nothing_selected where the filters leave nothing.
std::vector<Case> select(const Library& library, const Wanted& wanted);

}  // namespace useipsec
