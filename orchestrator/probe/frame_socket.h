#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/unique_fd.h"

namespace useipsec {

/// Sends and hears whole Ethernet frames on one interface, past the node's own IP stack and its policies (packet(7)).
/// It belongs to the network namespace of the thread that opened it and may be used from any other thread.
class FrameSocket {
 public:
  enum class Hears : std::uint8_t {
    nothing,
    what_arrives,  ///< frames for this interface's own link-layer address
  };

  /// Throws Error.
  explicit FrameSocket(const std::string& interface, Hears hears = Hears::nothing);

  int fd() const { return fd_.get(); }
  /// 0, or the errno with which the kernel refused the frame.
  int send(std::span<const std::uint8_t> frame) const;
  /// The next frame; nothing where none waits.
  std::optional<std::vector<std::uint8_t>> receive();

 private:
  int interface_index_;
  UniqueFd fd_;
  std::vector<std::uint8_t> buffer_;
};

}  // namespace useipsec
