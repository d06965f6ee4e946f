#include "network/ethernet.h"

#include <fmt/format.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstdint>
#include <iterator>

#include "base/error.h"

namespace useipsec {

namespace {

ifreq request_for(const std::string& interface) {
  ifreq request{};
  interface.copy(request.ifr_name, IFNAMSIZ - 1);
  return request;
}

void ask(int socket, unsigned long what, ifreq& request) {
  if (::ioctl(socket, what, &request) == 0) return;
  const int code = errno;
  throw system_error(code, fmt::format("asking about interface {}", std::data(request.ifr_name)));
}

std::uint32_t ethtool(int socket, const std::string& interface, std::uint32_t command) {
  ethtool_value value{.cmd = command, .data = 0};
  auto request = request_for(interface);
  request.ifr_data = reinterpret_cast<char*>(&value);
  ask(socket, SIOCETHTOOL, request);
  return value.data;
}

}  // namespace

void switch_offloads_off(int socket, const std::string& interface) {
  // Without transmit checksums the kernel gives TCP segmentation up too (netdev_fix_features(), net/core/dev.c);
  // receive offload is off for a new veth (veth_disable_gro(), drivers/net/veth.c).
  ethtool(socket, interface, ETHTOOL_STXCSUM);
  ethtool(socket, interface, ETHTOOL_SGSO);
}

bool has_carrier(int socket, const std::string& interface) { return ethtool(socket, interface, ETHTOOL_GLINK) != 0; }

}  // namespace useipsec
