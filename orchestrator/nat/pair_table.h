#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <optional>
#include <string>

#include "base/address.h"
#include "nat/mapping_table.h"

namespace useipsec {

/// Who inside a protocol without ports belongs to: nothing but addresses tells, so one inside host for each remote one,
/// as with the kernel (net/netfilter/nf_conntrack_proto_generic.c).
class AddressPairs {
 public:
  /// Whether the packet may leave: no other inside host has the remote one.
  bool outbound(std::uint8_t protocol, const Address& inside, const Address& remote, NatTime now);
  std::optional<Address> inbound(std::uint8_t protocol, const Address& remote, NatTime now);
  void forget_expired(NatTime now, std::chrono::seconds lifetime);
  void forget() { pairs_.clear(); }

 private:
  struct Pair {
    std::uint8_t protocol;
    Address inside, remote;
    NatTime used;
  };
  std::list<Pair> pairs_;
};

/// ESP or AH told apart by SPIs, which only guesses: who sends a new SPI to a remote host gets the next unknown SPI
/// that comes from there. Until that has come, nobody else may begin.
class SpiPairs {
 public:
  bool outbound(std::uint8_t protocol, const Address& inside, const Address& remote, std::uint32_t spi, NatTime now);
  std::optional<Address> inbound(std::uint8_t protocol, const Address& remote, std::uint32_t spi, NatTime now);
  void forget_expired(NatTime now, std::chrono::seconds lifetime);
  void forget() { pairs_.clear(); }

 private:
  struct Pair {
    std::uint8_t protocol;
    Address inside, remote;
    std::uint32_t outbound_spi;
    std::optional<std::uint32_t> inbound_spi;
    NatTime used;
  };
  std::list<Pair> pairs_;
};

/// IKE told apart by the cookie of the one who began the exchange (RFC 2408 section 2.5.3); who begins from outside has
/// a cookie that nobody knows.
class CookieTable {
 public:
  void outbound(std::uint64_t initiator_cookie, const Endpoint& inside, NatTime now);
  std::optional<Endpoint> inbound(std::uint64_t initiator_cookie, NatTime now);
  void forget_expired(NatTime now, std::chrono::seconds lifetime);
  void forget() { entries_.clear(); }

 private:
  struct Entry {
    std::uint64_t cookie;
    Endpoint inside;
    NatTime used;
  };
  std::list<Entry> entries_;
};

}  // namespace useipsec
