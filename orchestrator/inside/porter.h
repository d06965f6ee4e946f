#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/unique_fd.h"
#include "inside/release.h"
#include "inside/visit_folder.h"
#include "proc/folder_watch.h"

namespace useipsec {

/// The supervisor's side of a lab that may be entered. A guest is not told when the host's files change, so the porter
/// is told (inotify(7)) and rings a bell: one byte on the worker's stream, which says only "look". It also hears of
/// visitors that end without a word. The same on both grounds.
class Porter {
 public:
  /// Makes the folder `inside`. `on_release` hears that somebody wants a lab to end.
  Porter(Loop& loop, std::filesystem::path inside, std::function<void(const Release&)> on_release);
  ~Porter();
  Porter(const Porter&) = delete;
  Porter& operator=(const Porter&) = delete;

  /// The worker's end of the bell, to be passed on when it is started.
  int worker_end() const { return worker_end_.get(); }
  /// The worker has it: ours is closed, so that each side sees the other's end.
  void worker_started() { worker_end_.reset(); }

 private:
  struct Visitor {
    UniqueFd life;
    Watch watch_life;
  };
  void hear(const std::vector<FolderChange>& changes);
  void admit(const std::string& name);
  void visitor_moved(const std::string& name);
  void ring() const;

  Loop& loop_;
  std::filesystem::path inside_;
  std::function<void(const Release&)> on_release_;
  UniqueFd bell_, worker_end_;
  std::map<std::string, std::unique_ptr<Visitor>> visitors_;
  int inside_number_ = -1;
  FolderWatch folders_;
};

}  // namespace useipsec
