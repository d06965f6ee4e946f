#include "network/settings.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/error.h"

namespace useipsec {

NodeSettings::NodeSettings() : folder_(::open("/proc/sys/net", O_PATH | O_DIRECTORY | O_CLOEXEC)) {
  const int code = errno;
  if (!folder_) throw system_error(code, "/proc/sys/net");
}

void NodeSettings::write(const std::string& key, const std::string& value) {
  const UniqueFd fd(::openat(folder_.get(), key.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd && errno == ENOENT) return;  // where the kernel lacks a setting there is nothing to set
  if (!fd || ::write(fd.get(), value.data(), value.size()) < 0) {
    const int code = errno;
    throw system_error(code, "/proc/sys/net/" + key + " = " + value);
  }
}

void NodeSettings::write_unless_so(const std::string& key, const std::string& value) {
  const auto [known, first] = fresh_.try_emplace(key);
  if (first) {
    const UniqueFd fd(::openat(folder_.get(), key.c_str(), O_RDONLY | O_CLOEXEC));
    std::array<char, 64> text{};
    const auto length = fd ? ::read(fd.get(), text.data(), text.size()) : 0;
    known->second.assign(text.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
    while (!known->second.empty() && known->second.back() == '\n') known->second.pop_back();
  }
  if (known->second != value) write(key, value);
}

void NodeSettings::prepare(Role role, bool has_v6) {
  for (const std::string scope : {"ipv4/conf/all/", "ipv4/conf/default/"}) {
    write_unless_so(scope + "rp_filter", "0");  // asymmetric paths are a scenario's business, not a silent drop
    if (role != Role::host) write_unless_so(scope + "send_redirects", "0");
  }
  // An ICMP error that was not sent would be a missing reason. What the mask leaves out is not limited at all.
  write_unless_so("ipv4/icmp_ratemask", "0");
  if (role != Role::host) write("ipv4/ip_forward", "1");
  // Links begin without IPv6 and so stay silent in it: no MLD, no router solicitations between the probes.
  write_unless_so("ipv6/conf/default/disable_ipv6", "1");
  if (!has_v6) return;
  if (role != Role::host) write("ipv6/conf/all/forwarding", "1");
  for (const std::string scope : {"ipv6/conf/all/", "ipv6/conf/default/"}) {
    write_unless_so(scope + "accept_dad", "0");  // a second of waiting for nothing; scenarios about DAD turn it on
  }
  write_unless_so("ipv6/conf/default/accept_ra", "0");
  write_unless_so("ipv6/conf/default/accept_redirects", "0");
  write_unless_so("ipv6/conf/default/router_solicitations", "0");
  write_unless_so("ipv6/conf/default/keep_addr_on_down", "1");  // as in IPv4: a link that comes back has its addresses
  write_unless_so("ipv6/icmp/ratemask", "255");                 // limits a type that nothing sends, and no other
}

}  // namespace useipsec
