#include "inside/porter.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/error.h"

namespace fs = std::filesystem;

namespace useipsec {

Porter::Porter(Loop& loop, fs::path inside, std::function<void(const Release&)> on_release)
    : loop_(loop),
      inside_(std::move(inside)),
      on_release_(std::move(on_release)),
      folders_(loop, [this](const auto& changes) { hear(changes); }) {
  make_inside_folder(inside_);
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    throw system_error(errno, "making a socket pair");
  bell_.reset(ends[0]);
  worker_end_.reset(ends[1]);
  inside_number_ = folders_.add(inside_, FolderInterest::coming);
}

Porter::~Porter() = default;

void Porter::ring() const {
  // A full line has rung already, and a worker that is gone hears nothing.
  static_cast<void>(::send(bell_.get(), "!", 1, MSG_NOSIGNAL | MSG_DONTWAIT));
}

void Porter::hear(const std::vector<FolderChange>& changes) {
  for (const auto& change : changes) {
    if (change.folder != inside_number_ || !change.came)
      continue;  // a letter came or was taken: that is the worker's to see
    if (change.is_folder && is_visit_name(change.name)) admit(change.name);
    if (change.name != release_name) continue;
    if (const auto release = asked_release(inside_)) on_release_(*release);
  }
  ring();
}

void Porter::admit(const std::string& name) {
  const VisitFolder visit{inside_ / name};
  for (const auto& box : {visit.input(), visit.control()}) folders_.add(box, FolderInterest::coming);
  folders_.add(visit.output(), FolderInterest::going);
  auto visitor = std::make_unique<Visitor>();
  visitor->life.reset(::open(visit.life().c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (visitor->life)
    visitor->watch_life = loop_.watch_readable(visitor->life.get(), [this, name] { visitor_moved(name); });
  visitors_[name] = std::move(visitor);
  visitor_moved(name);  // one that ended before the FIFO was opened makes no event
}

void Porter::visitor_moved(const std::string& name) {
  const auto found = visitors_.find(name);
  char byte = 0;
  if (found == visitors_.end() || (found->second->life && ::read(found->second->life.get(), &byte, 1) < 0))
    return;                        // it lives: EAGAIN
  remove_visit({inside_ / name});  // where the visitor has not done so
  visitors_.erase(found);
  ring();
}

}  // namespace useipsec
