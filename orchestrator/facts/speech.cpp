#include "facts/speech.h"

#include <algorithm>

#include "wire/protocol_numbers.h"

namespace useipsec {
namespace {

/// An LLC header with the SAP of ISO network layers, then the protocol's discriminator (ISO 8802-2, ISO 10589).
bool is_isis(const Packet& packet) {
  constexpr std::size_t ethernet = 14;
  constexpr std::uint8_t header[] = {0xfe, 0xfe, 0x03, 0x83};
  if (packet.frame.size() < ethernet + sizeof header) return false;
  return std::equal(std::begin(header), std::end(header), packet.frame.begin() + ethernet);
}

bool has_port(const Packet& packet, std::uint8_t protocol, std::uint16_t port) {
  return packet.protocol == protocol && (packet.source_port == port || packet.destination_port == port);
}

}  // namespace

bool is_speech(RoutingProtocol protocol, const Packet& packet) {
  switch (protocol) {
    case RoutingProtocol::ospfv2:
      return packet.protocol == protocol_ospf && packet.ip_version == 4;
    case RoutingProtocol::ospfv3:
      return packet.protocol == protocol_ospf && packet.ip_version == 6;
    case RoutingProtocol::pim:
      return packet.protocol == 103;
    case RoutingProtocol::ripng:
      return has_port(packet, 17, 521);
    case RoutingProtocol::bgp:
      return has_port(packet, 6, 179);
    case RoutingProtocol::isis:
      return is_isis(packet);
    case RoutingProtocol::router_advertisement:
      return packet.icmp6 && packet.icmp->type == 134;
  }
  return false;
}

std::vector<SpeechFact> speech_facts(const Case& subject, const std::vector<Packet>& packets) {
  std::vector<SpeechFact> facts;
  if (!subject.routing) return facts;
  for (const auto& router : subject.routing->routers) facts.push_back({.router = router, .packets = {}});
  for (const auto& packet : packets) {
    const auto said =
        std::find_if(facts.begin(), facts.end(), [&](const SpeechFact& fact) { return fact.router == packet.node; });
    const auto* link = subject.topology.link(packet.link);
    if (said == facts.end() || (link != nullptr && link->kind == LinkKind::gre)) continue;  // it leaves inside others
    if (packet.source) {  // forwarded packets leave here too
      const auto* owner = subject.topology.owner(*packet.source);
      if (owner == nullptr || owner->name != packet.node) continue;
    }
    if (has_esp(packet.form) || is_speech(subject.routing->protocol, packet))
      ++said->packets[is_protected(packet.form) ? packet.form : WireForm::clear];
  }
  return facts;
}

}  // namespace useipsec
