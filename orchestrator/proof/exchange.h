#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "nat/ipv4_packet.h"
#include "proc/loop.h"

namespace useipsec {

/// What a socket of the bench got.
struct Received {
  Endpoint from;  ///< port 0 of a raw socket's
  std::string payload;
};

/// A socket in one node of the bench: UDP at a port, or raw for one protocol of IPv4 (raw(7)).
class BenchSocket {
 public:
  /// In the calling thread's network namespace. Throws Error.
  static UniqueFd open_udp(std::uint16_t port, Family family = Family::v4);
  static UniqueFd open_raw(std::uint8_t protocol);

  BenchSocket(Loop& loop, UniqueFd fd, bool raw);
  BenchSocket(const BenchSocket&) = delete;
  BenchSocket& operator=(const BenchSocket&) = delete;

  /// Errors of earlier packets that the kernel reports here are nothing: what counts is what arrives.
  void send(const Endpoint& to, const std::string& payload);
  /// The sender of a packet with this payload, waited for until `deadline`; taken out. Nothing where none came.
  std::optional<Endpoint> take(const std::string& payload, Loop::Clock::time_point deadline);
  /// Whether such a packet is here already.
  bool has(const std::string& payload);

 private:
  void drain();

  Loop& loop_;
  UniqueFd fd_;
  bool raw_;
  std::vector<Received> received_;
  Watch watch_;
};

}  // namespace useipsec
