#include "proc/loop.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <cstdint>
#include <utility>

#include "base/error.h"
#include "base/unique_fd.h"

namespace useipsec {

namespace asio = boost::asio;

struct Watch::State : std::enable_shared_from_this<Watch::State> {
  State(asio::io_context& context, bool for_writing, std::function<void()> callback)
      : descriptor(context),
        event(for_writing ? asio::posix::descriptor_base::wait_write : asio::posix::descriptor_base::wait_read),
        on_ready(std::move(callback)) {}

  void arm() {
    descriptor.async_wait(event, [self = shared_from_this()](const boost::system::error_code& error) {
      if (error || !self->active) return;
      if (self->is_ready()) self->on_ready();
      if (self->active) self->arm();
    });
  }

  /// An event of a descriptor that is watched no more may come here, where this one's watch has taken its place:
  /// asio keeps what it knows of descriptors for the next one (epoll_reactor.ipp, free_descriptor_state), and a wait,
  /// other than a read, believes it.
  bool is_ready() {
    const bool for_writing = event == asio::posix::descriptor_base::wait_write;
    pollfd now{
        .fd = descriptor.native_handle(), .events = static_cast<short>(for_writing ? POLLOUT : POLLIN), .revents = 0};
    return ::poll(&now, 1, 0) != 0;
  }

  void stop() {
    if (!std::exchange(active, false)) return;
    descriptor.release();  // takes it out of epoll and leaves it open: it is the caller's
  }

  asio::posix::stream_descriptor descriptor;
  asio::posix::descriptor_base::wait_type event;
  std::function<void()> on_ready;
  bool active = true;
};

Watch::Watch(std::shared_ptr<State> state) : state_(std::move(state)) {}

Watch& Watch::operator=(Watch&& other) noexcept {
  if (this != &other) {
    reset();
    state_ = std::move(other.state_);
  }
  return *this;
}

Watch::~Watch() { reset(); }

void Watch::reset() {
  if (const auto state = std::exchange(state_, nullptr)) state->stop();
}

struct Loop::Impl {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  UniqueFd wake{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  std::atomic<bool> interrupted{false};
  Watch watch_wake;  // last: goes before `wake` and `context`
};

Loop::Loop() : impl_(std::make_unique<Impl>()) {
  const int code = errno;
  if (!impl_->wake) throw system_error(code, "making an event descriptor");
  impl_->watch_wake = watch_readable(impl_->wake.get(), [fd = impl_->wake.get()] {
    std::uint64_t count = 0;
    static_cast<void>(::read(fd, &count, sizeof count));
  });
}

Loop::~Loop() = default;

asio::io_context& Loop::context() { return impl_->context; }

WaitResult Loop::wait(const std::function<Tri()>& condition, Clock::time_point deadline) {
  return wait(condition, [deadline] { return deadline; });
}

WaitResult Loop::wait(const std::function<Tri()>& condition, const std::function<Clock::time_point()>& deadline) {
  for (;;) {
    if (interrupted()) return WaitResult::interrupted;
    switch (condition()) {
      case Tri::holds:
        return WaitResult::holds;
      case Tri::impossible:
        return WaitResult::impossible;
      case Tri::not_yet:
        break;
    }
    // A handler that is ready runs even where the deadline has just passed, so that the last word is the event's.
    if (impl_->context.poll_one() > 0) continue;
    if (Clock::now() >= deadline()) return interrupted() ? WaitResult::interrupted : WaitResult::deadline;
    impl_->context.run_one_until(deadline());
  }
}

WaitResult Loop::poll(const std::function<Tri()>& condition, Clock::time_point deadline, Clock::duration tick) {
  for (;;) {
    const auto result = wait(condition, std::min(deadline, Clock::now() + tick));
    if (result != WaitResult::deadline || Clock::now() >= deadline) return result;
  }
}

WaitResult Loop::run_until(Clock::time_point deadline) {
  while (!interrupted() && Clock::now() < deadline) impl_->context.run_one_until(deadline);
  return interrupted() ? WaitResult::interrupted : WaitResult::deadline;
}

Watch Loop::watch_readable(int fd, std::function<void()> on_readable) {
  return watch(fd, false, std::move(on_readable));
}

Watch Loop::watch_writable(int fd, std::function<void()> on_writable) {
  return watch(fd, true, std::move(on_writable));
}

Watch Loop::watch(int fd, bool for_writing, std::function<void()> callback) {
  struct stat about {};
  // epoll refuses regular files (EPERM), and asio would keep that to itself.
  if (::fstat(fd, &about) == 0 && S_ISREG(about.st_mode))
    throw system_error(EPERM, fmt::format("watching descriptor {}", fd));
  auto state = std::make_shared<Watch::State>(impl_->context, for_writing, std::move(callback));
  boost::system::error_code error;
  state->descriptor.assign(fd, error);
  if (error) throw system_error(error.value(), fmt::format("watching descriptor {}", fd));
  state->arm();
  return Watch(std::move(state));
}

void Loop::interrupt() noexcept {
  const int saved = errno;  // a signal handler must not change it
  impl_->interrupted.store(true);
  const std::uint64_t one = 1;
  static_cast<void>(::write(impl_->wake.get(), &one, sizeof one));
  errno = saved;
}

bool Loop::interrupted() const noexcept { return impl_->interrupted.load(); }

void Loop::forget_interrupt() noexcept { impl_->interrupted.store(false); }

}  // namespace useipsec
