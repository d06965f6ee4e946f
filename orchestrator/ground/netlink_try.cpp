#include "ground/netlink_try.h"

#include <fmt/format.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/error.h"
#include "base/unique_fd.h"

namespace useipsec {

namespace {

Answer refused(int code, const std::string& text) {
  const std::string reason = fmt::format("{} ({})", std::strerror(code), errno_name(code));
  return {code, text.empty() ? reason : fmt::format("{}: {}", text, reason)};
}

/// The text behind an error, which the kernel adds where it was asked to (NETLINK_EXT_ACK, Linux 4.12).
std::string extended_text(const char* answer, std::size_t size) {
  const auto* header = reinterpret_cast<const nlmsghdr*>(answer);
  if (!(header->nlmsg_flags & NLM_F_ACK_TLVS)) return {};
  // After the error and the request's header; NETLINK_CAP_ACK leaves the rest of the request out.
  for (std::size_t at = NLMSG_LENGTH(sizeof(nlmsgerr)); at + NLA_HDRLEN <= size;) {
    const auto* attribute = reinterpret_cast<const nlattr*>(answer + at);
    if (attribute->nla_len < NLA_HDRLEN || at + attribute->nla_len > size) break;
    if (attribute->nla_type == NLMSGERR_ATTR_MSG) {
      const char* text = answer + at + NLA_HDRLEN;
      return {text, ::strnlen(text, attribute->nla_len - static_cast<std::size_t>(NLA_HDRLEN))};
    }
    at += NLA_ALIGN(attribute->nla_len);
  }
  return {};
}

}  // namespace

TryMessage::TryMessage(int type, int flags) : bytes_(NLMSG_HDRLEN) {
  nlmsghdr header{};
  header.nlmsg_type = static_cast<__u16>(type);
  header.nlmsg_flags = static_cast<__u16>(flags | NLM_F_REQUEST | NLM_F_ACK);
  header.nlmsg_seq = 1;
  std::memcpy(bytes_.data(), &header, sizeof header);
}

void TryMessage::pad() { bytes_.resize(NLMSG_ALIGN(bytes_.size())); }

TryMessage& TryMessage::append(const void* bytes, std::size_t size) {
  const auto* first = static_cast<const char*>(bytes);
  bytes_.insert(bytes_.end(), first, first + size);
  pad();
  return *this;
}

TryMessage& TryMessage::put(int attribute, const void* bytes, std::size_t size) {
  const nlattr header{static_cast<__u16>(NLA_HDRLEN + size), static_cast<__u16>(attribute)};
  return append(&header, sizeof header).append(bytes, size);
}

const std::vector<char>& TryMessage::finish() {
  const auto length = static_cast<__u32>(bytes_.size());
  std::memcpy(bytes_.data(), &length, sizeof length);  // nlmsg_len comes first
  return bytes_;
}

Answer try_request(int protocol, TryMessage& message) {
  const UniqueFd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
  if (!socket) return refused(errno, "opening a netlink socket");
  const int on = 1;
  ::setsockopt(socket.get(), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof on);
  ::setsockopt(socket.get(), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
  const timeval patience{5, 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);

  const auto& request = message.finish();
  if (::send(socket.get(), request.data(), request.size(), 0) < 0) return refused(errno, "");
  alignas(nlmsghdr) std::array<char, 16384> buffer;
  const ssize_t count = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
  if (count < 0) return refused(errno, "no answer");
  const auto* header = reinterpret_cast<const nlmsghdr*>(buffer.data());
  if (header->nlmsg_type != NLMSG_ERROR) return refused(EPROTO, "unexpected answer");
  const auto* error = static_cast<const nlmsgerr*>(NLMSG_DATA(header));
  if (error->error == 0) return {0, "accepted"};
  return refused(-error->error, extended_text(buffer.data(), static_cast<std::size_t>(count)));
}

}  // namespace useipsec
