#include <fmt/format.h>

#include "facts/facts.h"
#include "profile/vantage.h"

namespace useipsec {

namespace {

constexpr std::uint8_t icmp = 1, icmp6 = 58;

/// What the selector has beside addresses: the type of an ICMP message, else the port it is sent to.
std::uint16_t told_by(const AcquireRecord& acquire) {
  return acquire.protocol == icmp || acquire.protocol == icmp6 ? acquire.source_port : acquire.destination_port;
}

std::string packet_words(std::uint8_t protocol, std::optional<std::uint16_t> port, const std::string& to) {
  const auto number = port ? fmt::format("/{}", *port) : std::string();
  return fmt::format("{}{} to {}", protocol == 0 ? "any" : protocol_word(protocol), number, to);
}

}  // namespace

std::uint64_t times_acquired(const std::vector<AcquireRecord>& acquires, const AcquireExpectation& expected) {
  std::uint64_t times = 0;
  for (const auto& each : acquires) {
    const bool same_family = each.destination.family() == expected.to.family();
    if (!same_family || !expected.to.contains(each.destination)) continue;
    if (expected.protocol != 0 && each.protocol != expected.protocol) continue;
    if (expected.port && told_by(each) != *expected.port) continue;
    times += each.count;
  }
  return times;
}

std::string acquire_words(const AcquireExpectation& expected) {
  const bool host = expected.to == Prefix::host(expected.to.address);
  return packet_words(expected.protocol, expected.port, host ? expected.to.address.str() : expected.to.str());
}

std::string acquire_words(const AcquireRecord& acquire) {
  return packet_words(acquire.protocol, told_by(acquire), acquire.destination.str());
}

}  // namespace useipsec
