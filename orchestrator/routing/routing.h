#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/engine.h"
#include "scenario/scenario.h"

namespace useipsec {

enum class RoutingDialect : std::uint8_t { bird, frr };

/// What a running daemon is asked over its control socket, in its own language.
struct RoutingQuestion {
  RoutingDialect dialect = RoutingDialect::bird;
  std::string socket;  ///< "{dir}/bird.ctl"
  std::string text;    ///< "show ospf neighbors"
};

/// One router's daemons as a value; placeholders as in engine.h.
struct RoutingSetup {
  std::string node;
  std::vector<std::string> folders{};  ///< below the node's folder, made first
  std::vector<RenderedFile> files;
  std::vector<Command> prepare{};   ///< run in order before the daemons; each must succeed
  std::vector<DaemonSpec> daemons;  ///< started in order, each when the one before it is ready
  RoutingQuestion of_neighbors;
  std::optional<RoutingQuestion> of_routes{};     ///< nothing: the protocol's routes are not watched
  std::map<std::string, std::string> sessions{};  ///< by the daemon's word for it, the neighbor
  Command inspect;                                ///< shows the daemon's state to a person who looks inside
};

/// The routing daemons of a case in the order of `routing.routers`; empty where it has none.
std::vector<RoutingSetup> render_routing(const Case& subject);

/// Why the daemon cannot speak the case's protocol; nothing where it can.
std::optional<std::string> unsupported_routing(const Case& subject);

/// The answer of a running daemon that listens at `socket`; its own words innermost where it has none.
Result<std::string> ask_router(const RoutingQuestion& question, const std::string& socket,
                               std::chrono::milliseconds deadline);

/// The answer to a question of neighbors as records: who is there, and in which state.
std::vector<AdjacencyRecord> neighbors_in(const Case& subject, const RoutingSetup& setup, const std::string& answer);
/// The answer to the question of routes.
std::vector<RouteRecord> routes_in(const Case& subject, const RoutingSetup& setup, const std::string& answer);

/// "10.0.0.<index + 1>"; carries into the third octet after 254 routers.
std::string router_id(std::size_t index);

/// The links that a router speaks on, in the order of the file.
std::vector<std::string> routed_links(const Case& subject, const std::string& router);

/// The areas of OSPF that a router is in, the lowest first: the backbone where it has a link or a virtual link there or
/// no link at all. Its loopback addresses are in the first.
std::vector<std::string> areas_of(const Case& subject, const std::string& router);

/// The node that has an address; the address itself where nobody has it.
std::string name_of(const Topology& topology, const Address& address);

/// One BGP session as one of its speakers has it.
struct BgpSession {
  std::string peer;
  std::uint32_t own_as = 0, peer_as = 0;
  Address own, address;  ///< the peer's as this speaker meets it
  std::string password;  ///< TCP MD5 (RFC 2385); empty: none
};
/// The sessions of a speaker, in the order of `routing.routers`.
std::vector<BgpSession> bgp_sessions(const Case& subject, const std::string& router);

/// Router id -> node, in the order of `routing.routers`: 10.0.0.1, 10.0.0.2, ...
std::map<std::string, std::string> router_ids(const Routing& routing);

}  // namespace useipsec
