#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "proc/loop.h"

namespace useipsec {

/// One change in a folder that is watched.
struct FolderChange {
  int folder = -1;    ///< as FolderWatch::add gave it
  std::string name;   ///< of what came or went there
  bool came = false;  ///< it was renamed to this name; else it was taken away
  bool is_folder = false;
};

/// Which changes of a folder are of interest.
enum class FolderInterest { coming, going, both };

/// Tells on the loop what happens in folders (inotify(7)): what comes whole, by a rename, and what goes. Blind for what
/// a guest's processes see of the host's files, and the other way round sees all that a guest does to them.
class FolderWatch {
 public:
  /// `on_changes` hears of all that happened since it was last called; what it changes must outlive this.
  FolderWatch(Loop& loop, std::function<void(const std::vector<FolderChange>&)> on_changes);
  FolderWatch(const FolderWatch&) = delete;
  FolderWatch& operator=(const FolderWatch&) = delete;

  /// Watches a folder from now on, also where it is renamed, until it is taken away. -1 where it is gone already.
  int add(const std::filesystem::path& folder, FolderInterest interest = FolderInterest::both);

 private:
  void read();

  std::function<void(const std::vector<FolderChange>&)> on_changes_;
  UniqueFd notify_;
  Watch watch_;
};

}  // namespace useipsec
