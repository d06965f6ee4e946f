#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace useipsec {

/// A pcapng file (draft-ietf-opsawg-pcapng) of Ethernet frames with nanosecond stamps, put together in memory: one
/// section, then interfaces, then packets. libpcap cannot write these, and pcap has neither interfaces nor comments.
class PcapngWriter {
 public:
  PcapngWriter(std::string_view comment, std::string_view application);

  /// The number of the new interface. All interfaces come before the first packet.
  std::uint32_t add_interface(std::string_view name, std::string_view description);
  /// `stamp`: nanoseconds since the epoch. `length`: bytes on the wire, of which `frame` was captured.
  void add_packet(std::uint32_t interface, std::int64_t stamp, std::span<const std::uint8_t> frame,
                  std::uint32_t length, const std::vector<std::string>& comments = {});

  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
  std::uint32_t interfaces_ = 0;
};

}  // namespace useipsec
