#include "inside/frame_channel.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace useipsec {

FrameChannel::FrameChannel(Loop& loop, UniqueFd fd, Sending sending, std::function<void(Frame&)> on_frame, std::function<void()> on_closed)
    : fd_(std::move(fd)), on_frame_(std::move(on_frame)), on_closed_(std::move(on_closed)) {
  // A second number of the same stream: each number is in the loop's poll set once.
  if (sending == Sending::queued) queue_ = std::make_unique<WriteQueue>(loop, UniqueFd(::fcntl(fd_.get(), F_DUPFD_CLOEXEC, 3)));
  watch_ = loop.watch_readable(fd_.get(), [this] { read(); });
}

FrameChannel::~FrameChannel() { *alive_ = false; }

void FrameChannel::send(const Frame& frame) {
  const auto bytes = encode(frame);
  if (queue_) return queue_->push(bytes);
  for (std::size_t sent = 0; sent < bytes.size();) {
    const ssize_t count = ::write(fd_.get(), bytes.data() + sent, bytes.size() - sent);
    if (count < 0 && errno != EINTR) return;  // the other end is gone; reading says so
    if (count > 0) sent += static_cast<std::size_t>(count);
  }
}

void FrameChannel::read() {
  std::array<char, 16384> buffer;
  const ssize_t count = ::read(fd_.get(), buffer.data(), buffer.size());
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) {
    watch_.reset();
    if (on_closed_) on_closed_();
    return;
  }
  const auto alive = alive_;
  reader_.feed({buffer.data(), static_cast<std::size_t>(count)});
  Frame frame;
  while (*alive && reader_.next(frame)) on_frame_(frame);
}

}  // namespace useipsec
