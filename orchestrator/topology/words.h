#pragma once

#include "input/word_table.h"
#include "topology/topology.h"

namespace useipsec {

inline constexpr WordTable<Role, 3> role_words{{{"host", Role::host}, {"router", Role::router}, {"nat", Role::nat}}};
inline constexpr WordTable<LinkKind, 2> link_kind_words{
    {{"point-to-point", LinkKind::point_to_point}, {"shared", LinkKind::shared}}};
inline constexpr WordTable<NatKind, 2> nat_kind_words{
    {{"masquerade", NatKind::masquerade}, {"one-to-one", NatKind::one_to_one}}};
/// What a filter can tell packets by, beside addresses and ports.
inline std::vector<std::string> filter_protocols() { return {"tcp", "udp", "icmp", "esp", "ah"}; }
inline constexpr WordTable<PortMapping, 2> port_mapping_words{
    {{"preserve", PortMapping::preserve}, {"random", PortMapping::random}}};

}  // namespace useipsec
