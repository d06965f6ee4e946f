#include <fcntl.h>
#include <linux/netlink.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <string_view>

#include "network/network_impl.h"

namespace useipsec {

namespace {

/// What explains losses beside IPsec, of all that /proc/net/snmp and /proc/net/netstat count.
constexpr std::array explaining{"TcpInCsumErrors",        "UdpInCsumErrors",    "IcmpInErrors", "IcmpInCsumErrors",
                                "IpInDiscards",           "IpOutNoRoutes",      "UdpNoPorts",   "TcpExtTCPMD5NotFound",
                                "TcpExtTCPMD5Unexpected", "TcpExtTCPMD5Failure"};

/// And of /proc/net/snmp6, where TCP has its counters in common, and of /proc/net/sctp/snmp.
constexpr std::array explaining_by_line{"Udp6InCsumErrors", "Icmp6InCsumErrors", "SctpOutOfBlues"};

std::string whole(const UniqueFd& file) {
  std::string text;
  if (!file) return text;  // a kernel without this file
  std::array<char, 4096> buffer{};
  for (;;) {
    const auto got = ::pread(file.get(), buffer.data(), buffer.size(), static_cast<off_t>(text.size()));
    const int code = errno;
    if (got < 0) throw system_error(code, "reading counters");
    if (got == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

/// Takes the first word off `text`.
std::string_view word(std::string_view& text) {
  constexpr std::string_view space = " \t";
  text.remove_prefix(std::min(text.find_first_not_of(space), text.size()));
  const auto first = text.substr(0, text.find_first_of(space));
  text.remove_prefix(first.size());
  return first;
}

/// Takes the last word off `text`.
std::string_view last_word(std::string_view& text) {
  const auto end = text.find_last_not_of(" \t");
  text = end == std::string_view::npos ? std::string_view() : text.substr(0, end + 1);
  const auto before = text.find_last_of(" \t");
  const auto last = before == std::string_view::npos ? text : text.substr(before + 1);
  text.remove_suffix(last.size());
  return last;
}

std::string_view line(std::string_view& text) {
  const auto first = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(first.size() + 1, text.size()));
  return first;
}

/// Some of /proc/net/snmp are negative: "no limit".
std::uint64_t number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return static_cast<std::uint64_t>(value);
}

}  // namespace

LiveNode& Network::Impl::with_counters(const std::string& name) {
  auto& node = live(name);
  if (!node.snmp) {
    // An open file below /proc/net stays with the namespace in which it was opened (fs/proc/proc_net.c).
    run_in(node, [&node] {
      node.xfrm_stat.reset(::open("/proc/thread-self/net/xfrm_stat", O_RDONLY | O_CLOEXEC));
      node.snmp.reset(::open("/proc/thread-self/net/snmp", O_RDONLY | O_CLOEXEC));
      node.netstat.reset(::open("/proc/thread-self/net/netstat", O_RDONLY | O_CLOEXEC));
      node.snmp6.reset(::open("/proc/thread-self/net/snmp6", O_RDONLY | O_CLOEXEC));
      node.sctp.reset(::open("/proc/thread-self/net/sctp/snmp", O_RDONLY | O_CLOEXEC));
      node.raw6.reset(::open("/proc/thread-self/net/raw6", O_RDONLY | O_CLOEXEC));
      if (!node.xfrm) node.xfrm.emplace(NETLINK_XFRM);
    });
  }
  return node;
}

std::map<std::string, std::uint64_t> Network::xfrm_stat(const std::string& node) {
  const auto text = whole(impl_->with_counters(node).xfrm_stat);
  std::map<std::string, std::uint64_t> counters;
  for (std::string_view left = text; !left.empty();) {
    auto words = line(left);
    const auto name = word(words);
    counters.emplace_hint(counters.end(), name, number(word(words)));
  }
  return counters;
}

std::map<std::string, std::uint64_t> Network::network_stat(const std::string& node) {
  const auto& files = impl_->with_counters(node);
  const auto text = whole(files.snmp) + whole(files.netstat);
  std::map<std::string, std::uint64_t> counters;
  // Pairs of lines: "Tcp: names...", "Tcp: values...".
  for (std::string_view left = text; !left.empty();) {
    auto names = line(left), values = line(left);
    auto group = word(names);
    group.remove_suffix(std::min<std::size_t>(1, group.size()));
    word(values);
    for (auto name = word(names); !name.empty(); name = word(names)) {
      const auto value = word(values);
      for (const std::string_view each : explaining) {
        if (each.size() == group.size() + name.size() && each.starts_with(group) && each.ends_with(name))
          counters.emplace(each, number(value));
      }
    }
  }
  // Lines: "Udp6InCsumErrors value".
  const auto by_line = whole(files.snmp6) + whole(files.sctp);
  for (std::string_view left = by_line; !left.empty();) {
    auto words = line(left);
    const auto name = word(words);
    if (std::find(explaining_by_line.begin(), explaining_by_line.end(), name) != explaining_by_line.end())
      counters.emplace(name, number(word(words)));
  }
  // A line for each socket behind one of headings; what it dropped, as for a wrong checksum, comes last.
  std::uint64_t dropped = 0;
  const auto sockets = whole(impl_->live(node).raw6);
  std::string_view left = sockets;
  for (line(left); !left.empty();) {
    auto words = line(left);
    dropped += number(last_word(words));
  }
  counters.emplace("Raw6Drops", dropped);
  return counters;
}

}  // namespace useipsec
