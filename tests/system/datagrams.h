#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/address.h"
#include "base/unique_fd.h"
#include "network/network.h"
#include "proc/loop.h"

namespace useipsec {

/// A datagram that arrived, and when by the kernel's own stamps: how busy this process was does not count.
struct Arrival {
  std::uint32_t number = 0;
  double sent_s = 0, received_s = 0;
  double took_ms() const { return (received_s - sent_s) * 1000; }
};

/// One way from a node's address to another's.
class DatagramPath {
 public:
  DatagramPath(Network& network, Loop& loop, const std::string& from, const char* source, const std::string& to,
               const char* destination);

  /// Sends `count` datagrams of `bytes` of payload (at least 16), `spacing_ms` apart, and takes what arrives until a
  /// second passes in which nothing does.
  std::vector<Arrival> send(std::uint32_t count, std::size_t bytes, int spacing_ms);
  /// Sends one that must not be fragmented; false where the kernel says that it is too long (EMSGSIZE).
  bool fits(std::size_t bytes);

 private:
  void take(std::vector<Arrival>& arrivals);

  Loop& loop_;
  UniqueFd from_, to_;
};

}  // namespace useipsec
