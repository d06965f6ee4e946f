#include "kernel/socket.h"

#include <fmt/format.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include "base/error.h"

namespace useipsec {

namespace {

constexpr std::size_t batch = 64;  ///< requests in flight: their acknowledgements fit the receive buffer

/// The kernel's own words of a refusal (NLMSGERR_ATTR_MSG), if it gave any.
std::string kernel_text(const nlmsghdr& header) {
  if ((header.nlmsg_flags & NLM_F_ACK_TLVS) == 0) return {};
  const auto* error = static_cast<const nlmsgerr*>(NLMSG_DATA(&header));
  // NETLINK_CAP_ACK: the request's payload is left out, its header stays.
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(error) + sizeof(nlmsgerr);
  const int length = static_cast<int>(header.nlmsg_len) - static_cast<int>(NLMSG_LENGTH(sizeof(nlmsgerr)));
  const auto* attribute = nla_find(reinterpret_cast<const nlattr*>(bytes), length, NLMSGERR_ATTR_MSG);
  return attribute == nullptr ? std::string{} : std::string(static_cast<const char*>(nla_data(attribute)));
}

Error refusal(const std::string& what, int code, const std::string& said) {
  if (said.empty()) return system_error(code, what);
  return Error(fmt::format("{}: {} ({})", what, said, errno_name(code)));
}

}  // namespace

NetlinkSocket::NetlinkSocket(int protocol, const std::vector<int>& groups)
    : fd_(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | (groups.empty() ? 0 : SOCK_NONBLOCK), protocol)) {
  const int code = errno;
  if (!fd_) throw system_error(code, fmt::format("opening a netlink socket (protocol {})", protocol));
  const int on = 1;
  const int buffer = 1 << 20;
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  ::setsockopt(fd_.get(), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof on);
  ::setsockopt(fd_.get(), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
  if (groups.empty()) return;
  // Without a port of its own a socket counts as the kernel's, and hears nothing of what the kernel says itself
  // (do_one_broadcast(), net/netlink/af_netlink.c). Binding comes first: it sets the groups anew.
  sockaddr_nl own{};
  own.nl_family = AF_NETLINK;
  const auto must = [protocol](int result) {
    const int failed = errno;
    if (result != 0) throw system_error(failed, fmt::format("listening on a netlink socket (protocol {})", protocol));
  };
  must(::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&own), sizeof own));
  for (const int group : groups)
    must(::setsockopt(fd_.get(), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group));
}

void NetlinkSocket::send(std::span<const Message> messages, std::uint32_t first_sequence) {
  std::vector<iovec> parts;
  for (const auto& message : messages) {
    auto* header = nlmsg_hdr(message.get());
    header->nlmsg_seq = first_sequence++;
    header->nlmsg_pid = 0;
    parts.push_back({header, NLMSG_ALIGN(header->nlmsg_len)});
  }
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  msghdr packet{};
  packet.msg_name = &kernel;
  packet.msg_namelen = sizeof kernel;
  packet.msg_iov = parts.data();
  packet.msg_iovlen = parts.size();
  const auto sent = ::sendmsg(fd_.get(), &packet, 0);
  const int code = errno;
  if (sent < 0) throw system_error(code, messages.front().what());
}

void NetlinkSocket::request(std::span<const Message> messages) {
  std::optional<Error> first;
  std::vector<std::uint8_t> buffer(1 << 16);
  while (!messages.empty()) {
    const auto now = messages.first(std::min(batch, messages.size()));
    messages = messages.subspan(now.size());
    const auto base = sequence_;
    sequence_ += static_cast<std::uint32_t>(now.size());
    for (const auto& message : now) nlmsg_hdr(message.get())->nlmsg_flags |= NLM_F_ACK;
    send(now, base);
    for (std::size_t answered = 0; answered < now.size();) {
      const auto received = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
      const int code = errno;
      if (received < 0) throw system_error(code, now.front().what());
      int left = static_cast<int>(received);
      for (auto* header = reinterpret_cast<nlmsghdr*>(buffer.data()); nlmsg_ok(header, left);
           header = nlmsg_next(header, &left)) {
        if (header->nlmsg_type != NLMSG_ERROR || header->nlmsg_seq - base >= now.size()) continue;
        ++answered;
        const auto* error = static_cast<const nlmsgerr*>(NLMSG_DATA(header));
        if (error->error != 0 && !first)
          first = refusal(now[header->nlmsg_seq - base].what(), -error->error, kernel_text(*header));
      }
    }
  }
  if (first) throw *first;
}

void NetlinkSocket::dump(const Message& message, const std::function<void(const nlmsghdr&)>& on_answer) {
  nlmsg_hdr(message.get())->nlmsg_flags |= NLM_F_DUMP;
  const auto sequence = sequence_++;
  send(std::span(&message, 1), sequence);
  std::vector<std::uint8_t> buffer(1 << 18);
  for (;;) {
    const auto received = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
    const int code = errno;
    if (received < 0) throw system_error(code, message.what());
    int left = static_cast<int>(received);
    for (auto* header = reinterpret_cast<nlmsghdr*>(buffer.data()); nlmsg_ok(header, left);
         header = nlmsg_next(header, &left)) {
      if (header->nlmsg_seq != sequence) continue;
      if (header->nlmsg_type == NLMSG_DONE) return;
      if (header->nlmsg_type == NLMSG_ERROR) {
        throw refusal(message.what(), -static_cast<const nlmsgerr*>(NLMSG_DATA(header))->error, kernel_text(*header));
      }
      on_answer(*header);
    }
  }
}

bool NetlinkSocket::drain(const std::function<void(const nlmsghdr&)>& on_message) {
  alignas(nlmsghdr) std::array<std::uint8_t, 8192> buffer{};
  for (bool any = false;; any = true) {
    const auto received = ::recv(fd_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (received <= 0) return any;
    int left = static_cast<int>(received);
    for (auto* header = reinterpret_cast<nlmsghdr*>(buffer.data()); nlmsg_ok(header, left);
         header = nlmsg_next(header, &left))
      on_message(*header);
  }
}

}  // namespace useipsec
