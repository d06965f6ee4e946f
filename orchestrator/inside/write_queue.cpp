#include "inside/write_queue.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

namespace useipsec {

namespace asio = boost::asio;

struct WriteQueue::State : std::enable_shared_from_this<WriteQueue::State> {
  State(Loop& loop, int fd, std::function<void(std::size_t)> callback) : descriptor(loop.context(), fd), on_written(std::move(callback)) {}

  ssize_t write_some() {
    // A socket's SIGPIPE is nobody's business; for pipes the process ignores it.
    const ssize_t sent = ::send(descriptor.native_handle(), waiting.data(), waiting.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0 || errno != ENOTSOCK) return sent;
    return ::write(descriptor.native_handle(), waiting.data(), waiting.size());
  }

  void flush() {
    while (!waiting.empty() && !failed) {
      const ssize_t count = write_some();
      if (count < 0 && errno == EINTR) continue;
      if (count < 0 && errno == EAGAIN) return wait();
      failed = count < 0;
      if (count > 0) gone(static_cast<std::size_t>(count));
    }
    if (failed) gone(waiting.size());
    if (finishing && descriptor.is_open()) descriptor.close();
  }

  void gone(std::size_t count) {
    waiting.erase(0, count);
    if (on_written && count > 0) on_written(count);
  }

  void wait() {
    armed = true;
    descriptor.async_wait(asio::posix::descriptor_base::wait_write, [self = shared_from_this()](const boost::system::error_code& error) {
      self->armed = false;
      if (!error && self->descriptor.is_open()) self->flush();
    });
  }

  asio::posix::stream_descriptor descriptor;
  std::function<void(std::size_t)> on_written;
  std::string waiting;
  bool armed = false, failed = false, finishing = false;
};

WriteQueue::WriteQueue(Loop& loop, UniqueFd fd, std::function<void(std::size_t)> on_written) {
  ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
  state_ = std::make_shared<State>(loop, fd.get(), std::move(on_written));
  static_cast<void>(fd.release());
}

WriteQueue::~WriteQueue() {
  state_->on_written = nullptr;
  if (state_->descriptor.is_open()) state_->descriptor.close();
}

void WriteQueue::push(std::string_view bytes) {
  if (!state_->descriptor.is_open()) return;
  state_->waiting += bytes;
  if (!state_->armed) state_->flush();
}

void WriteQueue::finish() {
  state_->finishing = true;
  if (!state_->armed) state_->flush();
}

}  // namespace useipsec
