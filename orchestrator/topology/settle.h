#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "topology/topology.h"

namespace useipsec {

// A topology as somebody wrote it, or as a generator makes it: addresses not yet allotted, routes by node names.

struct DraftRoute {
  std::string to;   ///< "default", a prefix or an address
  std::string via;  ///< a node or an address
};

struct DraftNode {
  std::string name;
  Role role = Role::host;
  std::vector<Prefix> loopback;
  std::vector<DraftRoute> routes;
  std::optional<NatPolicy> nat;
  std::vector<FilterRule> filter{};
  bool autoconfigures = false;
};

struct DraftEnd {
  std::string node;
  bool automatic = true;               ///< the next free address of each subnet
  std::vector<std::string> addresses;  ///< with or without a length, which then is the subnet's
};

struct DraftLink {
  std::string name;
  LinkKind kind = LinkKind::point_to_point;
  std::vector<Prefix> subnets;
  std::vector<DraftEnd> ends;
  Impairment impairment;
  bool static_neighbors = false;
  bool snooping = false;
};

struct TopologyDraft {
  std::string name;
  std::string about;
  std::vector<DraftNode> nodes;
  std::vector<DraftLink> links;
  std::map<std::string, std::uint32_t> generated{};  ///< how many of the nodes a generator made, by its stem
};

/// Receives what is wrong: a JSON pointer below the topology, what was expected, what was found, the nearest valid
/// word.
using Complain =
    std::function<void(const std::string& pointer, std::string message, std::string found, std::string nearest)>;

/// What of a topology is as its author wrote it. Nothing is complained of that can only be judged with a part that is
/// not. Pointers are below the topology.
struct Certainty {
  std::function<bool(const std::string& pointer)> whole;          ///< the part, and all that is in it
  std::function<bool(const std::string& pointer)> knows_members;  ///< the names in the object there

  static Certainty full();
};

/// Allots MACs and addresses, expands routes, and complains of everything that makes no network. The result is
/// complete where there was no complaint and everything is certain.
Topology settle(const TopologyDraft& draft, const Complain& complain, const Certainty& certainty = Certainty::full());

}  // namespace useipsec
