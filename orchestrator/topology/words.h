#pragma once

#include "input/word_table.h"
#include "topology/topology.h"

namespace useipsec {

inline constexpr WordTable<Role, 3> role_words{{{"host", Role::host}, {"router", Role::router}, {"nat", Role::nat}}};
inline constexpr WordTable<LinkKind, 3> link_kind_words{
    {{"point-to-point", LinkKind::point_to_point}, {"shared", LinkKind::shared}, {"gre", LinkKind::gre}}};
inline constexpr WordTable<NatKind, 3> nat_kind_words{
    {{"masquerade", NatKind::masquerade}, {"one-to-one", NatKind::one_to_one}, {"prefix", NatKind::prefix}}};
/// What a filter can tell packets by, beside addresses and ports.
inline std::vector<std::string> filter_protocols() { return {"tcp", "udp", "icmp", "esp", "ah"}; }
inline constexpr WordTable<PortMapping, 2> port_mapping_words{
    {{"preserve", PortMapping::preserve}, {"random", PortMapping::random}}};
inline constexpr WordTable<Dependence, 3> dependence_words{
    {{"endpoint-independent", Dependence::endpoint_independent},
     {"address-dependent", Dependence::address_dependent},
     {"address-and-port-dependent", Dependence::address_and_port_dependent}}};
inline constexpr WordTable<Passage, 3> passage_words{
    {{"dropped", Passage::dropped}, {"passed", Passage::passed}, {"tracked", Passage::tracked}}};
inline constexpr WordTable<PortedProtocol, 2> ported_protocol_words{
    {{"udp", PortedProtocol::udp}, {"tcp", PortedProtocol::tcp}}};
// The first word of each is the default; the second sets the flag in NatPolicy.
inline constexpr WordTable<bool, 2> protocols_words{{{"all", false}, {"tcp-and-udp", true}}};
inline constexpr WordTable<bool, 2> fragments_words{{{"passed", false}, {"dropped", true}}};
inline constexpr WordTable<bool, 2> port_500_words{{{"translated", false}, {"first-come", true}}};
inline constexpr WordTable<bool, 2> ike_demultiplexing_words{{{"ports", false}, {"cookies", true}}};
inline constexpr WordTable<bool, 2> gateway_words{{{"none", false}, {"ftp", true}}};
inline constexpr WordTable<bool, 2> isakmp_words{{{"opaque", false}, {"strict", true}}};

}  // namespace useipsec
