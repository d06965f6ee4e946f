#pragma once

#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "wire/packet.h"

namespace useipsec {

/// The packets of one capture file, in the order they left. Owns the bytes that its packets look at, so it moves but
/// does not copy.
class CaptureFile {
 public:
  /// Reads a pcap or pcapng file of Ethernet frames. Times become seconds since `started_at` (CLOCK_REALTIME seconds).
  /// Throws Error where the file is not there or is no such file; where it ends in the middle of a packet, the packets
  /// before are kept and `problem()` says so.
  CaptureFile(const std::filesystem::path& file, std::string link, std::string node, double started_at);
  CaptureFile(CaptureFile&&) = default;
  CaptureFile& operator=(CaptureFile&&) = default;

  const std::vector<Packet>& packets() const { return packets_; }
  const std::string& link() const { return *link_; }
  const std::string& node() const { return *node_; }
  /// libpcap's own words; empty where the file was read to its end.
  const std::string& problem() const { return problem_; }

 private:
  void settle_fragments();

  std::unique_ptr<const std::string> link_, node_;  // packets view them: they must not move
  std::deque<std::vector<std::uint8_t>> frames_;
  std::vector<Packet> packets_;
  std::string problem_;
};

}  // namespace useipsec
