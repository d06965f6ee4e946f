#include "topology/topology.h"

#include <algorithm>

namespace useipsec {
namespace {

bool has(const End& end, const Address& address) {
  if (address.is_link_local() && address.family() == Family::v6 && end.mac.link_local() == address) return true;
  return std::any_of(end.addresses.begin(), end.addresses.end(),
                     [&address](const Prefix& each) { return each.address == address; });
}

}  // namespace

std::string FilterRule::str() const {
  std::string text = accept ? "accept" : "drop";
  if (!protocol.empty()) text += " " + protocol;
  if (from || from_port) text += " from";
  if (from) text += " " + from->str();
  if (from_port) text += " port " + std::to_string(*from_port);
  if (to || to_port) text += " to";
  if (to) text += " " + to->str();
  if (to_port) text += " port " + std::to_string(*to_port);
  const bool everything = protocol.empty() && !from && !to;
  return everything ? text + " everything" : text;
}

const Node* Topology::node(std::string_view wanted) const {
  const auto found =
      std::find_if(nodes.begin(), nodes.end(), [wanted](const Node& each) { return each.name == wanted; });
  return found == nodes.end() ? nullptr : &*found;
}

const Link* Topology::link(std::string_view wanted) const {
  const auto found =
      std::find_if(links.begin(), links.end(), [wanted](const Link& each) { return each.name == wanted; });
  return found == links.end() ? nullptr : &*found;
}

const End* Topology::end(std::string_view on, std::string_view of) const {
  const auto* found = link(on);
  if (found == nullptr) return nullptr;
  const auto end =
      std::find_if(found->ends.begin(), found->ends.end(), [of](const End& each) { return each.node == of; });
  return end == found->ends.end() ? nullptr : &*end;
}

std::optional<Address> Topology::address_of(std::string_view of, Family family) const {
  const auto* wanted = node(of);
  if (wanted == nullptr) return std::nullopt;
  const auto usable = [family](const Prefix& each) { return each.family() == family && !each.address.is_link_local(); };
  for (const auto& each : wanted->loopback) {
    if (usable(each)) return each.address;
  }
  for (const bool tunnels : {false, true}) {
    for (const auto& link : links) {
      if ((link.kind == LinkKind::gre) != tunnels) continue;
      for (const auto& end : link.ends) {
        if (end.node != of) continue;
        for (const auto& each : end.addresses) {
          if (usable(each)) return each.address;
        }
      }
    }
  }
  return std::nullopt;
}

std::optional<std::pair<Address, Address>> outer_addresses(const Topology& topology, const Link& tunnel) {
  if (tunnel.ends.size() != 2) return std::nullopt;
  const auto inner = [&](const Address& address) {
    return std::any_of(topology.links.begin(), topology.links.end(), [&](const Link& link) {
      return link.kind == LinkKind::gre &&
             std::any_of(link.ends.begin(), link.ends.end(), [&](const End& end) { return has(end, address); });
    });
  };
  for (const auto family : {Family::v4, Family::v6}) {
    const auto first = topology.address_of(tunnel.ends[0].node, family);
    const auto second = topology.address_of(tunnel.ends[1].node, family);
    if (first && second && !inner(*first) && !inner(*second)) return std::pair(*first, *second);
  }
  return std::nullopt;
}

bool Topology::holds(std::string_view of, const Address& address) const {
  const auto* wanted = node(of);
  if (wanted == nullptr) return false;
  const auto same = [&address](const Prefix& each) { return each.address == address; };
  if (std::any_of(wanted->loopback.begin(), wanted->loopback.end(), same)) return true;
  return std::any_of(links.begin(), links.end(), [&](const Link& link) {
    return std::any_of(link.ends.begin(), link.ends.end(),
                       [&](const End& end) { return end.node == of && has(end, address); });
  });
}

std::vector<const Node*> Topology::owners(const Address& address) const {
  std::vector<const Node*> found;
  for (const auto& each : nodes)
    if (holds(each.name, address)) found.push_back(&each);
  return found;
}

const Node* Topology::owner(const Address& address) const {
  for (const auto& each : nodes) {
    for (const auto& loopback : each.loopback) {
      if (loopback.address == address) return &each;
    }
  }
  for (const auto& link : links) {
    for (const auto& end : link.ends) {
      if (has(end, address)) return node(end.node);
    }
  }
  return nullptr;
}

}  // namespace useipsec
