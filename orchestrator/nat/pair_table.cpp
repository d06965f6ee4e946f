#include "nat/pair_table.h"

#include <algorithm>

namespace useipsec {
namespace {

template <class List>
void erase_expired(List& list, NatTime now, std::chrono::seconds lifetime) {
  std::erase_if(list, [&](const auto& each) { return now - each.used >= lifetime; });
}

}  // namespace

bool AddressPairs::outbound(std::uint8_t protocol, const Address& inside, const Address& remote, NatTime now) {
  for (auto& pair : pairs_) {
    if (pair.protocol != protocol || pair.remote != remote) continue;
    if (pair.inside != inside) return false;
    pair.used = now;
    return true;
  }
  pairs_.push_back({protocol, inside, remote, now});
  return true;
}

std::optional<Address> AddressPairs::inbound(std::uint8_t protocol, const Address& remote, NatTime now) {
  for (auto& pair : pairs_) {
    if (pair.protocol != protocol || pair.remote != remote) continue;
    pair.used = now;
    return pair.inside;
  }
  return {};
}

void AddressPairs::forget_expired(NatTime now, std::chrono::seconds lifetime) { erase_expired(pairs_, now, lifetime); }

bool SpiPairs::outbound(std::uint8_t protocol, const Address& inside, const Address& remote, std::uint32_t spi,
                        NatTime now) {
  for (auto& pair : pairs_) {
    if (pair.protocol != protocol || pair.remote != remote || pair.outbound_spi != spi || pair.inside != inside)
      continue;
    pair.used = now;
    return true;
  }
  const bool somebody_waits = std::any_of(pairs_.begin(), pairs_.end(), [&](const Pair& pair) {
    return pair.protocol == protocol && pair.remote == remote && pair.inside != inside && !pair.inbound_spi;
  });
  if (somebody_waits) return false;
  pairs_.push_back({protocol, inside, remote, spi, {}, now});
  return true;
}

std::optional<Address> SpiPairs::inbound(std::uint8_t protocol, const Address& remote, std::uint32_t spi, NatTime now) {
  const auto of_remote = [&](const Pair& pair) { return pair.protocol == protocol && pair.remote == remote; };
  auto found = std::find_if(pairs_.begin(), pairs_.end(),
                            [&](const Pair& pair) { return of_remote(pair) && pair.inbound_spi == spi; });
  if (found == pairs_.end())
    found = std::find_if(pairs_.begin(), pairs_.end(),
                         [&](const Pair& pair) { return of_remote(pair) && !pair.inbound_spi; });
  if (found == pairs_.end()) return {};
  found->inbound_spi = spi;
  found->used = now;
  return found->inside;
}

void SpiPairs::forget_expired(NatTime now, std::chrono::seconds lifetime) { erase_expired(pairs_, now, lifetime); }

void CookieTable::outbound(std::uint64_t initiator_cookie, const Endpoint& inside, NatTime now) {
  for (auto& entry : entries_) {
    if (entry.cookie != initiator_cookie) continue;
    entry.used = now;
    return;
  }
  entries_.push_back({initiator_cookie, inside, now});
}

std::optional<Endpoint> CookieTable::inbound(std::uint64_t initiator_cookie, NatTime now) {
  for (auto& entry : entries_) {
    if (entry.cookie != initiator_cookie) continue;
    entry.used = now;
    return entry.inside;
  }
  return {};
}

void CookieTable::forget_expired(NatTime now, std::chrono::seconds lifetime) { erase_expired(entries_, now, lifetime); }

}  // namespace useipsec
