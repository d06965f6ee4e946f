#include "forge/tcp_session.h"

namespace useipsec {

std::optional<TcpPosition> tcp_position(const std::vector<Packet>& packets, const Address& source,
                                        const Address& destination, std::uint16_t port) {
  constexpr std::uint8_t tcp = 6, fin = 1, syn = 2, reset = 4;
  for (auto packet = packets.rbegin(); packet != packets.rend(); ++packet) {
    if (packet->protocol != tcp || !packet->source_port || !packet->destination_port || packet->truncated) continue;
    if (packet->source != source || packet->destination != destination || (packet->tcp_flags & reset) != 0) continue;
    if (packet->source_port != port && packet->destination_port != port) continue;
    const auto flags = ((packet->tcp_flags & syn) != 0 ? 1U : 0U) + ((packet->tcp_flags & fin) != 0 ? 1U : 0U);
    return TcpPosition{.source_port = *packet->source_port,
                       .destination_port = *packet->destination_port,
                       .next = packet->tcp_sequence + static_cast<std::uint32_t>(packet->payload.size()) + flags};
  }
  return std::nullopt;
}

}  // namespace useipsec
