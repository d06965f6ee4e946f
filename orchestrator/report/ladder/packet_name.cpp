#include "report/ladder/packet_name.h"

#include <fmt/format.h>

#include "wire/protocol_numbers.h"

namespace useipsec {

namespace {

std::string protocol_name(std::uint8_t protocol) {
  switch (protocol) {
    case 1:
      return "ICMP";
    case 2:
      return "IGMP";
    case 6:
      return "TCP";
    case 17:
      return "UDP";
    case 47:
      return "GRE";
    case 58:
      return "ICMPv6";
    case 89:
      return "OSPF";
    case 103:
      return "PIM";
    case 132:
      return "SCTP";
    default:
      return fmt::format("IP protocol {}", protocol);
  }
}

std::string icmp4_name(const IcmpHeader& icmp) {
  switch (icmp.type) {  // RFC 792
    case 0:
      return "ICMP echo reply";
    case 3:
      return icmp.code == 3   ? "ICMP port unreachable"
             : icmp.code == 4 ? "ICMP fragmentation needed"
                              : "ICMP unreachable";
    case 5:
      return "ICMP redirect";
    case 8:
      return "ICMP echo request";
    case 11:
      return "ICMP time exceeded";
    default:
      return fmt::format("ICMP type {}", icmp.type);
  }
}

std::string icmp6_name(const IcmpHeader& icmp) {
  switch (icmp.type) {  // RFC 4443, RFC 4861, RFC 2710, RFC 3810
    case 1:
      return icmp.code == 4 ? "ICMPv6 port unreachable" : "ICMPv6 unreachable";
    case 2:
      return "ICMPv6 packet too big";
    case 3:
      return "ICMPv6 time exceeded";
    case 128:
      return "ICMPv6 echo request";
    case 129:
      return "ICMPv6 echo reply";
    case 130:
      return "MLD query";
    case 131:
    case 143:
      return "MLD report";
    case 132:
      return "MLD done";
    case 133:
      return "router solicitation";
    case 134:
      return "router advertisement";
    case 135:
      return "neighbor solicitation";
    case 136:
      return "neighbor advertisement";
    case 137:
      return "redirect";
    default:
      return fmt::format("ICMPv6 type {}", icmp.type);
  }
}

std::string ospf_name(const Packet& packet) {
  const auto type = Bytes(packet.payload).u8(1);  // RFC 2328 A.3.1, RFC 5340 A.3.1
  switch (type.value_or(0)) {
    case 1:
      return "OSPF hello";
    case 2:
      return "OSPF database description";
    case 3:
      return "OSPF link state request";
    case 4:
      return "OSPF link state update";
    case 5:
      return "OSPF link state acknowledgment";
    default:
      return "OSPF";
  }
}

std::string tcp_name(std::uint8_t flags) {
  if ((flags & 0x04) != 0) return "TCP RST";
  if ((flags & 0x12) == 0x12) return "TCP SYN ACK";
  if ((flags & 0x02) != 0) return "TCP SYN";
  if ((flags & 0x01) != 0) return "TCP FIN";
  return "TCP";
}

/// What stands after the last header that an observer without keys can read.
std::string inner_name(const Packet& packet) {
  if (packet.fragment && !packet.first_fragment) return protocol_name(packet.protocol) + " fragment";
  if (packet.icmp) return packet.icmp6 ? icmp6_name(*packet.icmp) : icmp4_name(*packet.icmp);
  if (packet.protocol == protocol_tcp) return tcp_name(packet.tcp_flags);
  if (packet.protocol == protocol_ospf) return ospf_name(packet);
  return protocol_name(packet.protocol);
}

/// IKEv1 says neither request nor response (RFC 2408); its messages are numbered where the exchange is known.
std::string ike_name(const IkeHeader& ike) {
  if (ike.version != 2) return "IKE " + ike.exchange_name();
  return fmt::format("{} {}", ike.exchange_name(), ike.is_response() ? "response" : "request");
}

std::string arp_name(const Packet& packet) {
  const auto operation = Bytes(packet.frame).u16(20);  // RFC 826, after 14 bytes of Ethernet
  if (operation == 2) return fmt::format("ARP reply from {}", packet.source ? packet.source->str() : "?");
  return fmt::format("ARP request for {}", packet.destination ? packet.destination->str() : "?");
}

}  // namespace

std::string packet_kind(const Packet& packet) {
  switch (packet.form) {
    case WireForm::arp:
      return "ARP";
    case WireForm::ike:
      return packet.ike ? ike_name(*packet.ike) : "IKE";
    case WireForm::keepalive:
      return "NAT keepalive";
    case WireForm::esp:
      return "ESP";
    case WireForm::esp_in_udp:
      return "ESP in UDP";
    case WireForm::ah_esp:
      return "AH: ESP";
    case WireForm::ah:
      return "AH: " + inner_name(packet);
    case WireForm::other:
      return packet.source ? inner_name(packet) : "not IP";
    case WireForm::clear:
    case WireForm::neighbor_discovery:
      break;
  }
  return inner_name(packet);
}

std::string packet_name(const Packet& packet) {
  switch (packet.form) {
    case WireForm::arp:
      return arp_name(packet);
    case WireForm::esp:
    case WireForm::esp_in_udp:
      return packet.spi ? fmt::format("{} 0x{:08x}", packet_kind(packet), *packet.spi)
                        : packet_kind(packet) + " fragment";
    case WireForm::ah_esp:
      return fmt::format("AH 0x{:08x}: ESP 0x{:08x}", packet.spi.value_or(0), packet.inner_spi.value_or(0));
    case WireForm::ah:
      return packet.spi ? fmt::format("AH 0x{:08x}: {}", *packet.spi, inner_name(packet)) : "AH fragment";
    case WireForm::neighbor_discovery: {
      const auto target = Bytes(packet.payload).part(0, 16);  // RFC 4861 sections 4.3 and 4.4
      const bool has_target =
          packet.icmp && (packet.icmp->type == 135 || packet.icmp->type == 136) && target.size() == 16;
      return has_target ? fmt::format("{} {} {}", inner_name(packet), packet.icmp->type == 135 ? "for" : "of",
                                      Address(target.span()).str())
                        : inner_name(packet);
    }
    default:
      return packet_kind(packet);
  }
}

std::string endpoint_text(const std::optional<Address>& address, const std::optional<std::uint16_t>& port) {
  if (!address) return {};
  if (!port) return address->str();
  return address->family() == Family::v6 ? fmt::format("[{}]:{}", address->str(), *port)
                                         : fmt::format("{}:{}", address->str(), *port);
}

}  // namespace useipsec
