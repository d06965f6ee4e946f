#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/address.h"
#include "kernel/message.h"

namespace useipsec {

/// Which routing table a packet is looked up in (ip-rule(8)); IPv4. Lower priorities come first.
struct RoutingRule {
  std::uint32_t priority = 0;
  std::optional<Prefix> to;
  std::string from_interface;  ///< empty: any
  std::uint32_t table = 0;     ///< RT_TABLE_LOCAL, RT_TABLE_MAIN or one of our own
};

Message add_rule(const RoutingRule& rule);
Message remove_rule(const RoutingRule& rule);
/// All that is looked up in `table` leaves by the interface.
Message add_default_route(std::uint32_t table, int index, const std::string& what);

}  // namespace useipsec
