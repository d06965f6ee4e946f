#include "topology/allotment.h"

namespace useipsec {

std::optional<Address> host_address(const Prefix& subnet, std::uint32_t number) {
  const int host_bits = static_cast<int>(subnet.address.size()) * 8 - subnet.length;
  if (host_bits == 0) return number == 1 ? std::optional(subnet.address) : std::nullopt;
  if (subnet.family() == Family::v4 && host_bits == 1) return number <= 2 ? subnet.nth(number - 1) : std::nullopt;
  if (subnet.family() == Family::v4 && host_bits < 32 && number >= (1U << static_cast<unsigned>(host_bits)) - 1)
    return std::nullopt;
  return subnet.nth(number);
}

bool is_network_or_broadcast(const Prefix& subnet, const Address& address) {
  const int host_bits = static_cast<int>(subnet.address.size()) * 8 - subnet.length;
  if (subnet.family() != Family::v4 || host_bits < 2) return false;
  const auto last = host_bits >= 32 ? std::nullopt : subnet.nth((1U << static_cast<unsigned>(host_bits)) - 1);
  return address == subnet.network().address || address == last;
}

bool is_link_local_subnet(const Prefix& subnet) {
  return subnet.family() == Family::v6 && subnet.address.is_link_local();
}

}  // namespace useipsec
