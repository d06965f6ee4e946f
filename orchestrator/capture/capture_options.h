#pragma once

#include <cstdint>
#include <string>

namespace useipsec {

struct CaptureOptions {
  std::string filter;                                         ///< pcap-filter(7); empty: every packet that leaves
  int buffer_bytes = 1 << 20;                                 ///< kernel ring of each interface
  int snapshot_bytes = 2048;                                  ///< of each packet: enough for any payload at MTU 1500
  std::uint64_t file_limit_bytes = std::uint64_t{64} << 20U;  ///< of each file; later packets are counted as dropped
};

}  // namespace useipsec
