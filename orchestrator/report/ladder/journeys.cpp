#include "report/ladder/journeys.h"

#include <algorithm>
#include <functional>
#include <map>
#include <unordered_map>

namespace useipsec {

namespace {

std::size_t mixed(std::size_t seed, std::size_t value) {
  return seed ^ (value + 0x9e3779b97f4a7c15 + (seed << 6) + (seed >> 2));
}

/// What no hop changes: a NAT rewrites addresses, ports and the checksums over them, a router the TTL.
std::size_t identity(const Packet& packet) {
  // The packet that an ICMP error quotes is a NAT's to change too (RFC 5508 section 4).
  auto seed =
      packet.is_icmp_error() ? packet.payload.size() : std::hash<std::string_view>{}(Bytes(packet.payload).text());
  seed = mixed(seed, packet.protocol);
  seed = mixed(seed, packet.spi.value_or(0));
  seed = mixed(seed, packet.sequence.value_or(0));
  seed = mixed(seed, packet.tcp_sequence);
  seed = mixed(
      seed, (std::size_t{packet.tcp_flags} << 16) | (packet.icmp ? (packet.icmp->type << 8) | packet.icmp->code : 0));
  return seed;
}

constexpr std::ptrdiff_t most_ties = 64;

/// Who receives what leaves a node over a link.
class Receivers {
 public:
  explicit Receivers(const StoredCase& stored) {
    if (stored.topology) {
      for (const auto& link : stored.topology->links)
        for (const auto& end : link.ends)
          ends_[link.name].push_back({end.node, end.mac, link.kind == LinkKind::shared});
      for (const auto& node : stored.topology->nodes)
        if (node.role == Role::host) hosts_.push_back(node.name);
    } else {
      for (const auto& file : stored.captures) ends_[file.link()].push_back({file.node(), {}, false});
    }
  }

  std::vector<std::string_view> of(const Packet& packet) const {
    std::vector<std::string_view> result;
    const auto found = ends_.find(packet.link);
    if (found == ends_.end()) return result;
    const bool group = (packet.destination_mac.bytes[0] & 1U) != 0;
    for (const auto& end : found->second)
      if (end.node != packet.node && (!end.shared || group || end.mac == packet.destination_mac))
        result.push_back(end.node);
    return result;
  }
  bool forwards(std::string_view node) const { return std::find(hosts_.begin(), hosts_.end(), node) == hosts_.end(); }

 private:
  struct End {
    std::string_view node;  ///< the stored case's
    Mac mac;
    bool shared = false;
  };
  std::map<std::string, std::vector<End>, std::less<>> ends_;
  std::vector<std::string_view> hosts_;
};

/// Where clocks are coarse, the captures of one packet on two links bear the same time: what left first stands first.
void order_ties(std::vector<const Packet*>& packets, const Receivers& receivers) {
  const auto leads_to = [&](const Packet* from, const Packet* to) {
    if (from->link == to->link || identity(*from) != identity(*to)) return false;
    const auto next = receivers.of(*from);
    return std::find(next.begin(), next.end(), to->node) != next.end();
  };
  for (auto first = packets.begin(); first != packets.end();) {
    const auto end =
        std::find_if(first, packets.end(), [&](const Packet* each) { return each->stamp != (*first)->stamp; });
    if (end - first <= most_ties)
      for (auto at = first; at != end; ++at)
        for (auto tries = end - at; tries > 0; --tries) {
          const auto earlier = std::find_if(
              at + 1, end, [&](const Packet* each) { return leads_to(each, *at) && !leads_to(*at, each); });
          if (earlier == end) break;
          std::rotate(at, earlier, earlier + 1);
        }
    first = end;
  }
}

struct Waiting {
  std::size_t journey = 0;
  std::string_view node, link;  ///< where it arrived, and over which link
};

}  // namespace

bool is_link_scope(const Packet& packet) {
  if (packet.form == WireForm::arp || packet.form == WireForm::neighbor_discovery) return true;
  if (!packet.source || !packet.destination) return true;
  if (packet.source->is_link_local() || packet.destination->is_link_local()) return true;
  if (!packet.destination->is_multicast()) return false;
  const auto bytes = packet.destination->bytes();
  if (packet.destination->family() == Family::v6) return (bytes[1] & 0x0f) <= 2;  // RFC 4291 section 2.7
  return bytes[0] == 224 && bytes[1] == 0 && bytes[2] == 0;                       // RFC 5771 section 4
}

std::vector<Journey> journeys(const StoredCase& stored) {
  std::vector<const Packet*> packets;
  for (const auto& file : stored.captures)
    for (const auto& packet : file.packets()) packets.push_back(&packet);
  std::stable_sort(packets.begin(), packets.end(),
                   [](const Packet* left, const Packet* right) { return left->stamp < right->stamp; });

  const Receivers receivers(stored);
  order_ties(packets, receivers);
  std::vector<Journey> result;
  std::unordered_map<std::size_t, std::vector<Waiting>> waiting;
  for (const auto* packet : packets) {
    auto next = receivers.of(*packet);
    if (is_link_scope(*packet)) {
      result.push_back({{{packet, std::move(next)}}});
      continue;
    }
    const auto key = identity(*packet);
    auto& candidates = waiting[key];
    // Of identical packets the one that came last: the others were lost, or left before.
    const auto found = std::find_if(candidates.rbegin(), candidates.rend(), [&](const Waiting& each) {
      return each.node == packet->node && each.link != packet->link;
    });
    std::size_t journey = result.size();
    if (found != candidates.rend()) {
      journey = found->journey;
      candidates.erase(std::next(found).base());
    } else {
      result.emplace_back();
    }
    for (const auto node : next)
      if (receivers.forwards(node)) candidates.push_back({journey, node, packet->link});
    result[journey].hops.push_back({packet, std::move(next)});
  }
  return result;
}

}  // namespace useipsec
