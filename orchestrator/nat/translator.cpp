#include "nat/translator.h"

#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>

#include "nat/isakmp_parser.h"
#include "wire/ike.h"

namespace useipsec {
namespace {

constexpr std::uint16_t ike_port = 500;
constexpr std::uint32_t other_lifetime = 600;  // as the kernel's: nf_conntrack_generic_timeout

std::string protocol_name(std::uint8_t protocol) {
  switch (protocol) {
    case IPPROTO_TCP:
      return "TCP";
    case IPPROTO_UDP:
      return "UDP";
    case IPPROTO_ICMP:
      return "ICMP";
    case IPPROTO_ESP:
      return "ESP";
    case IPPROTO_AH:
      return "AH";
    default:
      return fmt::format("protocol {}", protocol);
  }
}

bool is_ike_port(const Ipv4Packet& packet) {
  return packet.protocol() == IPPROTO_UDP && packet.has_ports() &&
         (packet.source_port() == ike_port || packet.destination_port() == ike_port);
}

std::optional<std::uint64_t> initiator_cookie(const Ipv4Packet& packet) {
  const auto payload = packet.udp_payload();
  const auto ike = read_ike(Bytes(payload), payload.size());
  return ike ? std::optional(ike->initiator_spi) : std::nullopt;
}

Endpoint source_of(const Ipv4Packet& packet) {
  if (packet.has_ports()) return {packet.source(), packet.source_port()};
  return {packet.source(),
          packet.is_icmp_query() || packet.is_icmp_reply() ? packet.icmp_identifier() : std::uint16_t{0}};
}

/// An ICMP query has an identifier on our side only.
Endpoint destination_of(const Ipv4Packet& packet) {
  return {packet.destination(), packet.has_ports() ? packet.destination_port() : std::uint16_t{0}};
}

}  // namespace

Translator::Translator(NatPolicy policy, TranslatorPlace place, std::uint32_t seed)
    : policy_(std::move(policy)), behavior_(behavior_of(policy_)), place_(std::move(place)), mappings_(policy_, seed) {}

std::optional<Ipv4Packet> Translator::drop(std::string why) {
  ++dropped_[std::move(why)];
  return {};
}

bool Translator::is_inside(const Address& address) const {
  return std::any_of(place_.inside.begin(), place_.inside.end(),
                     [&](const Prefix& each) { return each.contains(address); });
}

bool Translator::is_tracked(std::uint8_t protocol) const {
  return (protocol == IPPROTO_ESP && behavior_.esp == Passage::tracked) ||
         (protocol == IPPROTO_AH && behavior_.ah == Passage::tracked);
}

void Translator::forget() {
  mappings_.forget();
  addresses_.forget();
  spis_.forget();
  cookies_.forget();
}

void Translator::change_outside(const Address& outside) {
  forget();
  place_.outside = outside;
}

void Translator::forget_expired(NatTime now) {
  const std::chrono::seconds other(policy_.lifetimes.other.value_or(other_lifetime));
  mappings_.forget_expired(now);
  addresses_.forget_expired(now, other);
  spis_.forget_expired(now, other);
  cookies_.forget_expired(now, std::chrono::seconds(policy_.lifetimes.udp.value_or(120)));
  fragments_.forget_expired(now);
}

std::vector<PacketBytes> Translator::translate(std::span<const std::uint8_t> bytes, NatTime now) {
  forget_expired(now);
  const auto packet = Ipv4Packet::read(bytes);
  if (!packet) return {};
  if (!packet->begins()) {
    if (policy_.drops_fragments) return drop("a fragment that is not the first"), std::vector<PacketBytes>();
    const auto later = fragments_.later(*packet, now);
    return later ? std::vector<PacketBytes>{later->bytes()} : std::vector<PacketBytes>();
  }
  const auto result = translated(*packet, now);
  if (!result) return {};
  std::vector<PacketBytes> packets{result->bytes()};
  if (packet->more_fragments())
    for (const auto& each : fragments_.first(*packet, *result, now)) packets.push_back(each.bytes());
  return packets;
}

/// Why the box lets no such packet through, in either direction; empty where it does.
std::string Translator::refusal(const Ipv4Packet& packet) const {
  const auto protocol = packet.protocol();
  const auto dropped = [&] { return protocol_name(protocol) + " is dropped"; };
  if (protocol == IPPROTO_ESP && behavior_.esp == Passage::dropped) return dropped();
  if (protocol == IPPROTO_AH && behavior_.ah == Passage::dropped) return dropped();
  const bool ported = protocol == IPPROTO_TCP || protocol == IPPROTO_UDP;
  // Errors about TCP and UDP are part of those (RFC 4787 section 8).
  if (policy_.only_tcp_and_udp && !ported && !packet.quoted()) return dropped();
  if (!policy_.strict_isakmp || !is_ike_port(packet)) return {};
  const auto complaint = isakmp_complaint(packet.udp_payload());
  return complaint.empty() ? complaint : complaint + " on port 500";
}

std::optional<Ipv4Packet> Translator::translated(const Ipv4Packet& packet, NatTime now) {
  if (packet.destination().is_multicast()) return {};
  if (auto why = refusal(packet); !why.empty()) return drop(std::move(why));
  if (policy_.kind == NatKind::one_to_one) return one_to_one(packet, now);
  if (packet.destination() != place_.outside)
    return is_inside(packet.destination()) ? Translated(packet) : outbound(packet, now);
  const bool from_inside = is_inside(packet.source()) && !packet.quoted();
  return from_inside ? hairpin(packet, now) : inbound(packet, now);
}

std::optional<Ipv4Packet> Translator::outbound(Ipv4Packet packet, NatTime now) {
  if (const auto quoted = packet.quoted()) return outbound_error(std::move(packet), *quoted);
  if (packet.has_ports() || packet.is_icmp_query()) return outbound_ports(std::move(packet), now);
  return outbound_portless(std::move(packet), now);
}

std::optional<Ipv4Packet> Translator::outbound_ports(Ipv4Packet packet, NatTime now) {
  const auto source = source_of(packet);
  const bool from_500 = packet.protocol() == IPPROTO_UDP && source.port == ike_port;
  if (from_500 && policy_.ike_by_cookies) return outbound_ike(std::move(packet), now);
  const bool exact = from_500 && policy_.keeps_port_500;
  const auto* mapping = mappings_.outbound(packet.protocol(), source, destination_of(packet), now, exact);
  if (mapping == nullptr) return drop("port 500 belongs to another client");
  if (packet.is_icmp_query()) {
    packet.set_source_address(place_.outside);
    packet.set_icmp_identifier(mapping->outside_port);
  } else {
    packet.set_source({place_.outside, mapping->outside_port});
  }
  return packet;
}

std::optional<Ipv4Packet> Translator::outbound_ike(Ipv4Packet packet, NatTime now) {
  const auto cookie = initiator_cookie(packet);
  if (!cookie) return drop("no IKE on port 500");
  cookies_.outbound(*cookie, source_of(packet), now);
  packet.set_source_address(place_.outside);
  return packet;
}

std::optional<Ipv4Packet> Translator::outbound_portless(Ipv4Packet packet, NatTime now) {
  const auto protocol = packet.protocol();
  const auto spi = packet.spi();
  const bool passes = is_tracked(protocol) && spi
                          ? spis_.outbound(protocol, packet.source(), packet.destination(), *spi, now)
                          : addresses_.outbound(protocol, packet.source(), packet.destination(), now);
  if (!passes) return drop(protocol_name(protocol) + " with that host belongs to another client");
  packet.set_source_address(place_.outside);
  return packet;
}

/// An error from inside about a packet that was let in: outside it is about the packet as it came.
std::optional<Ipv4Packet> Translator::outbound_error(Ipv4Packet packet, const QuotedPacket& quoted) {
  packet.set_source_address(place_.outside);
  const auto* mapping = mappings_.of_inside(quoted.protocol, quoted.destination, quoted.source);
  packet.set_quoted_destination({place_.outside, mapping != nullptr ? mapping->outside_port : quoted.destination.port});
  return packet;
}

std::optional<Ipv4Packet> Translator::inbound(Ipv4Packet packet, NatTime now) {
  if (const auto quoted = packet.quoted()) return inbound_error(std::move(packet), *quoted, now);
  if (packet.has_ports() || packet.is_icmp_reply()) return inbound_ports(std::move(packet), now);
  if (packet.is_icmp_query()) return drop("an ICMP query from outside");
  return inbound_portless(std::move(packet), now);
}

std::optional<Ipv4Packet> Translator::inbound_ports(Ipv4Packet packet, NatTime now) {
  const auto protocol = packet.protocol();
  const bool reply = packet.is_icmp_reply();
  const auto port = reply ? packet.icmp_identifier() : packet.destination_port();
  const Endpoint remote{packet.source(), reply ? std::uint16_t{0} : packet.source_port()};
  if (policy_.ike_by_cookies && protocol == IPPROTO_UDP && port == ike_port) {
    const auto cookie = initiator_cookie(packet);
    if (const auto inside = cookie ? cookies_.inbound(*cookie, now) : std::nullopt) {
      packet.set_destination(*inside);
      return packet;
    }
    if (!mappings_.knows_port(protocol, port)) return drop("an IKE cookie that no client sent");
  }
  const auto* mapping = mappings_.inbound(protocol, port, remote, now);
  if (mapping == nullptr)
    return drop(fmt::format("{} to {} {}: {}", protocol_name(protocol), reply ? "identifier" : "port", port,
                            mappings_.knows_port(protocol, port) ? "filtered" : "no mapping"));
  if (reply) {
    packet.set_destination_address(mapping->inside.address);
    packet.set_icmp_identifier(mapping->inside.port);
  } else {
    packet.set_destination(mapping->inside);
  }
  return packet;
}

std::optional<Ipv4Packet> Translator::inbound_portless(Ipv4Packet packet, NatTime now) {
  const auto protocol = packet.protocol();
  const auto spi = packet.spi();
  const auto inside = is_tracked(protocol) && spi ? spis_.inbound(protocol, packet.source(), *spi, now)
                                                  : addresses_.inbound(protocol, packet.source(), now);
  if (!inside) return drop(protocol_name(protocol) + " from outside: no mapping");
  packet.set_destination_address(*inside);
  return packet;
}

/// An error from outside about a packet that was let out: inside it is about the packet as it was sent.
std::optional<Ipv4Packet> Translator::inbound_error(Ipv4Packet packet, const QuotedPacket& quoted, NatTime now) {
  const auto* mapping = mappings_.of_outside(quoted.protocol, quoted.source.port, quoted.destination);
  std::optional<Endpoint> inside;
  if (mapping != nullptr)
    inside = mapping->inside;
  else if (const auto paired = addresses_.inbound(quoted.protocol, quoted.destination.address, now))
    inside = Endpoint{*paired, quoted.source.port};
  if (!inside) return drop("an ICMP error: no mapping");
  packet.set_destination_address(inside->address);
  packet.set_quoted_source(*inside);
  return packet;
}

/// From one inside host to another by the outside address; the receiver sees the sender's mapping (RFC 4787 REQ-9).
std::optional<Ipv4Packet> Translator::hairpin(Ipv4Packet packet, NatTime now) {
  if (!behavior_.hairpin) return drop("from inside to the outside address: no hairpinning");
  if (!packet.has_ports()) return drop("from inside to the outside address: no ports");
  const auto protocol = packet.protocol();
  const auto port = packet.destination_port();
  const bool exact = protocol == IPPROTO_UDP && packet.source_port() == ike_port && policy_.keeps_port_500;
  const auto* sender = mappings_.outbound(protocol, source_of(packet), destination_of(packet), now, exact);
  if (sender == nullptr) return drop("port 500 belongs to another client");
  const Endpoint outside{place_.outside, sender->outside_port};
  const auto* receiver = mappings_.inbound(protocol, port, outside, now);
  if (receiver == nullptr)
    return drop(fmt::format("{} to port {} by hairpinning: {}", protocol_name(protocol), port,
                            mappings_.knows_port(protocol, port) ? "filtered" : "no mapping"));
  packet.set_source(outside);
  packet.set_destination(receiver->inside);
  return packet;
}

/// Addresses alone are rewritten. Whom the inside host wrote to is remembered only for the sake of filtering.
std::optional<Ipv4Packet> Translator::one_to_one(Ipv4Packet packet, NatTime now) {
  const auto& inside = *policy_.inside_address;
  const auto quoted = packet.quoted();
  if (packet.destination() == place_.outside && is_inside(packet.source()) && !quoted && !behavior_.hairpin)
    return drop("from inside to the outside address: no hairpinning");
  if (packet.source() == inside) {
    if (!quoted) mappings_.outbound(packet.protocol(), {inside, 0}, destination_of(packet), now);
    packet.set_source_address(place_.outside);
    if (quoted) packet.set_quoted_destination({place_.outside, quoted->destination.port});
  }
  if (packet.destination() != place_.outside) return packet;
  const Endpoint remote{packet.source(), packet.has_ports() ? packet.source_port() : std::uint16_t{0}};
  const bool admitted = behavior_.filtering == Dependence::endpoint_independent || quoted ||
                        mappings_.inbound(packet.protocol(), 0, remote, now) != nullptr;
  if (!admitted) return drop(protocol_name(packet.protocol()) + " from outside: filtered");
  packet.set_destination_address(inside);
  if (quoted) packet.set_quoted_source({inside, quoted->source.port});
  return packet;
}

}  // namespace useipsec
