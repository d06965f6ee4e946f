#include "proc/folder_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>

#include "base/error.h"

namespace useipsec {

FolderWatch::FolderWatch(Loop& loop, std::function<void(const std::vector<FolderChange>&)> on_changes)
    : on_changes_(std::move(on_changes)), notify_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  const int code = errno;
  if (!notify_) throw system_error(code, "watching folders");
  watch_ = loop.watch_readable(notify_.get(), [this] { read(); });
}

int FolderWatch::add(const std::filesystem::path& folder, FolderInterest interest) {
  const std::uint32_t coming = interest == FolderInterest::going ? 0U : IN_MOVED_TO,
                      going = interest == FolderInterest::coming ? 0U : IN_DELETE;
  const int number = ::inotify_add_watch(notify_.get(), folder.c_str(), coming | going | IN_ONLYDIR);
  const int code = errno;
  if (number < 0 && code != ENOENT) throw system_error(code, "watching " + folder.string());
  return number;
}

void FolderWatch::read() {
  std::vector<FolderChange> changes;
  alignas(inotify_event) std::array<char, 4096> buffer;
  ssize_t count = 0;
  while ((count = ::read(notify_.get(), buffer.data(), buffer.size())) > 0) {
    for (const char* at = buffer.data(); at < buffer.data() + count;) {
      const auto* event = reinterpret_cast<const inotify_event*>(at);
      at += sizeof(inotify_event) + event->len;
      if (event->len == 0) continue;  // of the folder itself: it is gone
      changes.push_back({.folder = event->wd,
                         .name = event->name,
                         .came = (event->mask & IN_MOVED_TO) != 0,
                         .is_folder = (event->mask & IN_ISDIR) != 0});
    }
  }
  on_changes_(changes);
}

}  // namespace useipsec
