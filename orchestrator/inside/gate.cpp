#include "inside/gate.h"

#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"

namespace useipsec {

namespace {

void must(int status, const char* what) {
  const int code = errno;
  if (status < 0) throw system_error(code, what);
}

/// A name nobody else can have taken before us: a squatter would make `lab start` fail, never listen in.
std::string door_name() {
  std::uint64_t random = 0;
  must(static_cast<int>(::getrandom(&random, sizeof random, 0)), "getrandom");
  return fmt::format("useipsec-lab-{}-{:016x}", ::getpid(), random);
}

/// Abstract (unix(7)): a leading zero byte, no file.
std::pair<sockaddr_un, socklen_t> address_of(const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto length = std::min(name.size(), sizeof address.sun_path - 1);
  std::memcpy(address.sun_path + 1, name.data(), length);
  return {address, static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + length)};
}

ucred peer_of(int fd) {
  ucred peer{};
  socklen_t size = sizeof peer;
  must(::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size), "asking who is at the other end");
  return peer;
}

}  // namespace

Gate::Gate(Loop& loop, const std::filesystem::path& results, const std::string& ground, const std::filesystem::path& run, GateEvents events)
    : loop_(loop), file_(state_file(results)), events_(std::move(events)) {
  state_ = {.holder = ::getpid(), .started = start_time(::getpid()), .door = door_name(), .ground = ground,
            .since = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))), .run = run.string(), .held = {}};
  std::array<int, 2> ends{};
  must(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), "making a socket pair");
  UniqueFd ours(ends[0]);
  worker_end_.reset(ends[1]);
  door_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  must(door_.get(), "making a socket");
  const auto [address, size] = address_of(state_.door);
  must(::bind(door_.get(), reinterpret_cast<const sockaddr*>(&address), size), "binding the lab's socket");
  must(::listen(door_.get(), 16), "listening at the lab's socket");
  if (const auto note = claim_state(file_, state_); !note.empty()) events_.say(note);
  agent_ = std::make_unique<FrameChannel>(loop, std::move(ours), FrameChannel::Sending::queued, [this](Frame& frame) { from_agent(frame); }, [] {});
  watch_door_ = loop.watch_readable(door_.get(), [this] { admit(); });
}

Gate::~Gate() {
  std::error_code ignored;
  std::filesystem::remove(file_, ignored);
}

void Gate::let_go() { agent_->send({.kind = FrameKind::stop}); }

void Gate::publish() { replace_text(file_, to_text(state_)); }

void Gate::admit() {
  UniqueFd visitor(::accept4(door_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!visitor || peer_of(visitor.get()).uid != ::geteuid()) return;
  const auto session = ++last_session_;
  visitors_[session] = std::make_unique<FrameChannel>(
      loop_, std::move(visitor), FrameChannel::Sending::queued, [this, session](Frame& frame) { from_visitor(session, frame); },
      [this, session] {
        agent_->send({.kind = FrameKind::gone, .session = session});
        visitors_.erase(session);
      });
}

void Gate::from_visitor(std::uint32_t session, Frame& frame) {
  if (!state_.held) {
    visitors_[session]->send({.kind = FrameKind::refused, .session = session, .payload = "2 no lab is held at this moment"});
    return;
  }
  frame.session = session;  // the visitor's own number means nothing here
  agent_->send(frame);
}

void Gate::from_agent(Frame& frame) {
  if (frame.kind == FrameKind::held) {
    state_.held = held_lab(frame.payload);
    publish();
    events_.held(*state_.held);
  } else if (frame.kind == FrameKind::released) {
    state_.held.reset();
    publish();
    visitors_.clear();  // whoever said stop hears by it that it was heard
    events_.released();
  } else if (const auto visitor = visitors_.find(frame.session); visitor != visitors_.end()) {
    visitor->second->send(frame);
  }
}

UniqueFd knock(const LabState& state) {
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  must(fd.get(), "making a socket");
  const auto [address, size] = address_of(state.door);
  const int status = ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), size);
  const int code = errno;
  if (status < 0) throw system_error(code, fmt::format("knocking at the lab of process {}", state.holder));
  if (const auto peer = peer_of(fd.get()); peer.pid != state.holder) throw Error(fmt::format("knocking at the lab of process {}: process {} answered", state.holder, peer.pid));
  return fd;
}

}  // namespace useipsec
