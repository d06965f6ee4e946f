#include "kernel/encap_socket.h"

#include <fmt/format.h>
#include <linux/udp.h>
#include <linux/xfrm.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <limits>

#include "base/error.h"

namespace useipsec {
namespace {

void set(const UniqueFd& fd, int level, int name, const void* value, std::size_t size, const char* what) {
  if (::setsockopt(fd.get(), level, name, value, static_cast<socklen_t>(size)) == 0) return;
  const int code = errno;
  throw system_error(code, what);
}

/// A socket's own policies come before those of the SPD (net/xfrm/xfrm_policy.c, xfrm_sk_policy_lookup).
void bypass_policies(const UniqueFd& fd, Family family) {
  for (const auto direction : {XFRM_POLICY_IN, XFRM_POLICY_OUT}) {
    xfrm_userpolicy_info policy{};
    policy.sel.family = family == Family::v4 ? AF_INET : AF_INET6;
    policy.lft.soft_byte_limit = policy.lft.hard_byte_limit = std::numeric_limits<std::uint64_t>::max();
    policy.lft.soft_packet_limit = policy.lft.hard_packet_limit = std::numeric_limits<std::uint64_t>::max();
    policy.dir = static_cast<std::uint8_t>(direction);
    policy.action = XFRM_POLICY_ALLOW;
    if (family == Family::v4)
      set(fd, IPPROTO_IP, IP_XFRM_POLICY, &policy, sizeof policy, "IP_XFRM_POLICY");
    else
      set(fd, IPPROTO_IPV6, IPV6_XFRM_POLICY, &policy, sizeof policy, "IPV6_XFRM_POLICY");
  }
}

}  // namespace

UniqueFd open_encap_socket(Family family, std::uint16_t port) {
  UniqueFd fd(
      ::socket(family == Family::v4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_UDP));
  const int code = errno;
  if (!fd) throw system_error(code, "a UDP socket");
  bypass_policies(fd, family);
  const int type = UDP_ENCAP_ESPINUDP;
  set(fd, IPPROTO_UDP, UDP_ENCAP, &type, sizeof type, "UDP_ENCAP");
  sockaddr_storage storage{};
  socklen_t length = sizeof(sockaddr_in);
  if (family == Family::v4) {
    auto& any = reinterpret_cast<sockaddr_in&>(storage);
    any.sin_family = AF_INET;
    any.sin_port = htons(port);
  } else {
    auto& any = reinterpret_cast<sockaddr_in6&>(storage);
    any.sin6_family = AF_INET6;
    any.sin6_port = htons(port);
    length = sizeof any;
  }
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&storage), length) == 0) return fd;
  const int refused = errno;
  throw system_error(refused, fmt::format("UDP port {}", port));
}

}  // namespace useipsec
