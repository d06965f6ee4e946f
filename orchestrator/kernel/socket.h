#pragma once

#include <functional>
#include <vector>

#include "base/unique_fd.h"
#include "kernel/message.h"

namespace useipsec {

/// One netlink socket; it stays in the network namespace it was opened in. Errors carry the kernel's own text (extended
/// acknowledgements) and the name of the object.
class NetlinkSocket {
 public:
  /// `protocol` as NETLINK_ROUTE, NETLINK_XFRM, NETLINK_NETFILTER; `groups`: multicast groups to listen to.
  explicit NetlinkSocket(int protocol, const std::vector<int>& groups = {});

  int fd() const { return fd_.get(); }
  /// Sends one request and waits for its acknowledgement.
  void request(const Message& message) { request(std::span(&message, 1)); }
  /// Sends requests in as few system calls as fit and collects the acknowledgements; throws the first refusal, after
  /// all of them were answered.
  void request(std::span<const Message> messages);
  /// Sends a dump request and hands over each answer.
  void dump(const Message& message, const std::function<void(const nlmsghdr&)>& on_answer);
  /// Takes what has arrived on a listening socket, and hands over each message; true where there was anything.
  bool drain(const std::function<void(const nlmsghdr&)>& on_message = [](const nlmsghdr&) {});

 private:
  void send(std::span<const Message> messages, std::uint32_t first_sequence);

  UniqueFd fd_;
  std::uint32_t sequence_ = 1;
};

}  // namespace useipsec
