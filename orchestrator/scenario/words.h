#pragma once

#include "input/word_table.h"
#include "scenario/scenario.h"

namespace useipsec {

inline constexpr WordTable<ProbeKind, 7> probe_kind_words{{{"icmp", ProbeKind::icmp},
                                                           {"udp", ProbeKind::udp},
                                                           {"tcp", ProbeKind::tcp},
                                                           {"sctp", ProbeKind::sctp},
                                                           {"ftp", ProbeKind::ftp},
                                                           {"multicast", ProbeKind::multicast},
                                                           {"broadcast", ProbeKind::broadcast}}};
inline constexpr WordTable<Level, 2> level_words{{{"ike", Level::ike}, {"child", Level::child}}};
inline constexpr WordTable<Presence, 2> presence_words{{{"up", Presence::up}, {"down", Presence::down}}};
inline constexpr WordTable<Outcome, 4> outcome_words{{{"protected", Outcome::protected_},
                                                      {"exposed", Outcome::exposed},
                                                      {"blocked", Outcome::blocked},
                                                      {"degraded", Outcome::degraded}}};
inline constexpr WordTable<RoutingProtocol, 7> routing_protocol_words{
    {{"ospfv2", RoutingProtocol::ospfv2},
     {"ospfv3", RoutingProtocol::ospfv3},
     {"bgp", RoutingProtocol::bgp},
     {"ripng", RoutingProtocol::ripng},
     {"isis", RoutingProtocol::isis},
     {"pim", RoutingProtocol::pim},
     {"router-advertisement", RoutingProtocol::router_advertisement}}};
inline constexpr WordTable<RollPhase, 3> roll_phase_words{
    {{"add", RollPhase::add}, {"use", RollPhase::use}, {"remove", RollPhase::remove}}};
inline constexpr WordTable<Forgery, 7> forgery_words{{{"udp", Forgery::udp},
                                                      {"neighbor-advertisement", Forgery::neighbor_advertisement},
                                                      {"arp-reply", Forgery::arp_reply},
                                                      {"esp", Forgery::esp},
                                                      {"ah", Forgery::ah},
                                                      {"ospf-hello", Forgery::ospf_hello},
                                                      {"tcp-reset", Forgery::tcp_reset}}};
inline constexpr WordTable<EditKind, 11> edit_words{{{"none", EditKind::none},
                                                     {"flip", EditKind::flip},
                                                     {"ttl", EditKind::ttl},
                                                     {"tos", EditKind::tos},
                                                     {"id", EditKind::id},
                                                     {"source", EditKind::source},
                                                     {"router-alert", EditKind::router_alert},
                                                     {"nat-detection", EditKind::nat_detection},
                                                     {"vendor-ids", EditKind::vendor_ids},
                                                     {"drop", EditKind::drop},
                                                     {"duplicate", EditKind::duplicate}}};
inline constexpr WordTable<Bearing, 2> bearing_words{{{"supports", Bearing::supports}, {"refutes", Bearing::refutes}}};
inline constexpr WordTable<Family, 2> family_words{{{"v4", Family::v4}, {"v6", Family::v6}}};

}  // namespace useipsec
