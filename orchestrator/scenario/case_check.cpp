#include "scenario/case_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "input/nearest_word.h"
#include "input/pointer.h"
#include "profile/profile_reader.h"
#include "profile/vantage.h"
#include "scenario/case_builder.h"
#include "scenario/words.h"
#include "topology/broadcast.h"
#include "topology/path.h"

namespace useipsec {
namespace {

constexpr std::uint32_t least_ra_interval_s = 4;

class CaseChecker {
 public:
  CaseChecker(const View& view, const Case& subject, const Catalogs& catalogs, Diagnostics& diagnostics)
      : view_(view), case_(subject), topology_(subject.topology), catalogs_(catalogs), diagnostics_(diagnostics) {
    for (const auto& node : topology_.nodes) nodes_.push_back(node.name);
    for (const auto& link : topology_.links) links_.push_back(link.name);
    for (const auto& probe : case_.probes) {
      flows_.push_back(probe.name);
      if (probe.forged) continue;
      probes_.push_back(probe.name);
      if (has_answers(probe)) flows_.push_back(probe.name + "-reply");
    }
  }

  /// True where there are profiles and nothing is wrong with one.
  bool all() {
    claims();
    profiles();
    if (case_.routing) routing();
    for (const auto& probe : case_.probes)
      if (!probe.forged) this->probe(probe);
    timeline();
    expectations("/expect");
    for (const auto& probe : case_.probes) {
      if (!probe.forged && !probed_.contains(probe.name) && knows_steps("probe"))
        complain(child("/probes", probe.name),
                 fmt::format("expected a step {{\"probe\": [\"{}\"]}} in the timeline", probe.name), "none");
    }
    return profiles_sound_;
  }

 private:
  void complain(const std::string& pointer, std::string message, std::string found = {}, std::string nearest = {}) {
    if (!view_.is_whole(pointer)) return;
    diagnostics_.add(view_.at(pointer, std::move(message), std::move(found), std::move(nearest)));
  }

  /// Whether `word` is a valid one; false also where that cannot be told. `declared`: the object whose keys are the
  /// valid words.
  bool known(const std::string& pointer, const std::string& word, const std::string& what,
             const std::vector<std::string>& valid, const char* declared = nullptr) {
    if (view_.is_gap(pointer)) return false;
    if (std::find(valid.begin(), valid.end(), word) != valid.end()) return true;
    if (declared != nullptr && !view_.knows_members(declared)) return false;
    complain(pointer, fmt::format("expected {}: {}", what, valid.empty() ? "there is none" : listed(valid)),
             quoted_text(word), nearest_word(word, valid));
    return false;
  }
  bool node(const std::string& pointer, const std::string& name) {
    return !nodes_.empty() && known(pointer, name, "a node of topology " + topology_.name, nodes_);
  }
  bool link(const std::string& pointer, const std::string& name) {
    return !nodes_.empty() && known(pointer, name, "a link of topology " + topology_.name, links_);
  }
  void nodes(const std::string& pointer, const std::vector<std::string>& names) {
    for (std::size_t index = 0; index < names.size(); ++index) node(child(pointer, index), names[index]);
  }
  bool end(const std::string& link_pointer, const std::string& link_name, const std::string& node_pointer,
           const std::string& node_name) {
    const bool has_link = link(link_pointer, link_name);
    if (!node(node_pointer, node_name) || !has_link || view_.is_gap("/topology")) return false;
    if (topology_.end(link_name, node_name) != nullptr) return true;
    std::vector<std::string> there;
    for (const auto& each : topology_.link(link_name)->ends) there.push_back(each.node);
    complain(node_pointer, fmt::format("expected a node on link {}: {}", link_name, listed(there)),
             quoted_text(node_name), nearest_word(node_name, there));
    return false;
  }

  void claims() {
    for (std::size_t index = 0; index < case_.claims.size(); ++index) {
      const auto pointer = child("/claims", index);
      const bool is_object = view_.find(pointer) != nullptr && view_.find(pointer)->is_object();
      const auto& id = case_.claims[index].id;
      if (std::find(catalogs_.claims.begin(), catalogs_.claims.end(), id) != catalogs_.claims.end()) continue;
      complain(is_object ? child(pointer, "claim") : pointer, "expected the id of a claim (useipsec claims lists them)",
               quoted_text(id), nearest_word(id, catalogs_.claims));
    }
  }

  void profiles() {
    if (case_.without_ipsec || view_.is_gap("/profile")) return;
    Diagnostics found;
    check_profile(view_, "/profile", case_.profile, topology_, found);
    profiles_sound_ = found.empty() && view_.is_whole("/profile") && view_.is_whole("/profile_at");
    const auto named = parties(case_.profile, topology_);
    for (const auto& [name, own] : case_.profile_at) {
      const auto pointer = child("/profile_at", name);
      if (knows_parties()) known(pointer, name, "a party of the profile", named);
      if (own && view_.is_whole(pointer)) check_profile(*profile_view(view_, name), "/profile", *own, topology_, found);
    }
    profiles_sound_ = profiles_sound_ && found.empty();
    diagnostics_.add(found);
  }

  /// Whether it is known who has a profile.
  bool knows_parties() const {
    auto names = case_.profile.initiators;
    names.push_back(case_.profile.responder);
    names.insert(names.end(), case_.profile.members.begin(), case_.profile.members.end());
    return view_.is_whole("/profile/initiator") && view_.is_whole("/profile/responder") &&
           view_.is_whole("/profile/members") && std::all_of(names.begin(), names.end(), [this](const auto& name) {
             return name.empty() || std::find(nodes_.begin(), nodes_.end(), name) != nodes_.end();
           });
  }

  bool has_tunnel() const {
    const auto nodes = case_.protected_nodes();
    return std::any_of(nodes.begin(), nodes.end(),
                       [&](const std::string& node) { return case_.profile_of(node)->mode == Mode::tunnel; });
  }

  void routing() {
    const auto& routing = *case_.routing;
    const bool bgp = routing.protocol == RoutingProtocol::bgp;
    if (bgp == !routing.links.empty())
      complain("/routing",
               bgp ? "expected no key \"link\": BGP is spoken between addresses"
                   : "expected the key \"link\": on which link it is spoken",
               bgp ? "an object with it" : "an object without it");
    if (bgp) speakers(routing);
    const bool several = view_.find("/routing/link") != nullptr && view_.find("/routing/link")->is_array();
    for (std::size_t index = 0; index < routing.links.size(); ++index)
      link(several ? child("/routing/link", index) : "/routing/link", routing.links[index]);
    for (std::size_t index = 0; index < routing.routers.size(); ++index) {
      const auto here = child("/routing/routers", index);
      if (routing.links.size() == 1)
        end("/routing/link", routing.links[0], here, routing.routers[index]);
      else
        node(here, routing.routers[index]);
    }
    for (const auto& [router, ids] : routing.instances)
      known(child("/routing/instances", router), router, "a router of /routing", routing.routers);
    if (routing.protocol == RoutingProtocol::router_advertisement && routing.hello_s < least_ra_interval_s)
      complain("/routing/hello_s",
               "expected 4 or more: the longest time between advertisements has that bound (RFC 4861 section 6.2.1)",
               std::to_string(routing.hello_s));
    areas(routing);
    if (routing.dead_s <= routing.hello_s)
      complain("/routing", "expected dead_s longer than hello_s",
               fmt::format("{} and {}", routing.dead_s, routing.hello_s));
  }

  void areas(const Routing& routing) {
    const bool ospf = routing.protocol == RoutingProtocol::ospfv2 || routing.protocol == RoutingProtocol::ospfv3;
    for (const auto* key : {"areas", "virtual_links"})
      if (const auto here = child("/routing", key); !ospf && view_.find(here) != nullptr)
        return complain(here, fmt::format("expected no key \"{}\", or the protocol ospfv2 or ospfv3", key),
                        quoted_text(word_of(routing_protocol_words, routing.protocol)));
    for (const auto& [link, area] : routing.areas)
      known(child("/routing/areas", link), link, "a link of /routing", routing.links, "/routing/link");
    for (std::size_t index = 0; index < routing.virtual_links.size(); ++index)
      virtual_link(child("/routing/virtual_links", index), routing, routing.virtual_links[index]);
  }

  void virtual_link(const std::string& pointer, const Routing& routing, const VirtualLink& link) {
    if (link.routers.size() != 2 || link.routers[0] == link.routers[1])
      return complain(child(pointer, "routers"), "expected two routers",
                      fmt::format("{}", fmt::join(link.routers, ", ")));
    if (view_.is_gap("/topology") || !view_.is_whole("/routing/areas")) return;
    std::vector<std::string> others;
    for (const auto& [name, area] : routing.areas)
      if (area != backbone_area && std::find(others.begin(), others.end(), area) == others.end())
        others.push_back(area);
    if (!known(child(pointer, "area"), link.area, "an area of /routing/areas but the backbone", others)) return;
    const auto on = [&](const std::string& router, const std::string& name) {
      return topology_.end(name, router) != nullptr;
    };
    std::vector<std::string> inside;
    for (const auto& router : routing.routers)
      if (std::any_of(routing.links.begin(), routing.links.end(),
                      [&](const std::string& name) { return on(router, name) && area_of(routing, name) == link.area; }))
        inside.push_back(router);
    for (std::size_t index = 0; index < link.routers.size(); ++index)
      known(child(child(pointer, "routers"), index), link.routers[index],
            fmt::format("a router of /routing on a link of area {}", link.area), inside);
    for (const auto& name : routing.links)
      if (on(link.routers[0], name) && on(link.routers[1], name))
        complain(child(pointer, "routers"),
                 "expected two routers that share no link: which of two adjacencies is meant could not be said",
                 fmt::format("{} and {} on {}", link.routers[0], link.routers[1], name));
  }

  void speakers(const Routing& routing) {
    for (const auto& router : routing.routers)
      if (!routing.speakers.contains(router))
        complain("/routing", fmt::format("expected the key \"{}\" in \"speakers\": its autonomous system", router),
                 "none");
    for (const auto& [router, speaker] : routing.speakers) {
      const auto here = child("/routing/speakers", router);
      known(here, router, "a router of /routing", routing.routers);
      for (std::size_t index = 0; index < speaker.peers.size(); ++index)
        known(child(child(here, "peers"), index), speaker.peers[index], "a router of /routing", routing.routers);
      for (const auto& [peer, password] : speaker.passwords)
        known(child(child(here, "passwords"), peer), peer, "a router of /routing", routing.routers);
    }
  }

  void probe(const Probe& probe) {
    const auto pointer = child("/probes", probe.name);
    if (probe.name.ends_with("-reply"))
      complain(pointer, "expected a name that does not end in -reply, which names a probe's answers",
               quoted_text(probe.name));
    const bool has_from = node(child(pointer, "from"), probe.from);
    const bool has_to = node(child(pointer, "to"), probe.to);
    if (has_from && probe.from == probe.to)
      complain(child(pointer, "to"), "expected another node than the one that sends", quoted_text(probe.to));
    if (!has_from || !has_to || probe.from == probe.to) return;
    if (!view_.is_whole(pointer) || view_.is_gap("/topology")) return;
    if (probe.destination && probe.destination->family() != probe.family)
      return complain(child(pointer, "destination"), "expected an address of the probe's family",
                      probe.destination->str());
    if (!probe.checksum && (probe.kind != ProbeKind::udp || probe.family != Family::v4))
      complain(child(pointer, "checksum"), "expected true: only UDP over IPv4 goes without (RFC 768, RFC 8200 8.1)",
               "false");
    if (has_answers(probe.kind) && view_.find(child(pointer, "link")) != nullptr)
      complain(child(pointer, "link"), "expected the kind multicast or broadcast: routes say where others are sent",
               quoted_text(probe.link));
    if (probe.passive && probe.kind != ProbeKind::ftp)
      complain(child(pointer, "passive"), "expected a probe of the kind ftp", "true");
    if (probe.router_alert && (probe.kind != ProbeKind::udp || probe.family != Family::v4))
      complain(child(pointer, "router_alert"), "expected a probe of the kind udp over IPv4", "true");
    if (probe.listens != 0 && probe.kind != ProbeKind::udp)
      complain(child(pointer, "listens"), "expected a probe of the kind udp", std::to_string(probe.listens));
    if (probe.identification && (probe.kind != ProbeKind::udp || probe.family != Family::v4))
      complain(child(pointer, "identification"),
               "expected no key \"identification\", or UDP over IPv4: what has fragments of "
               "its own, or numbers of its own",
               std::to_string(*probe.identification));
    bound(probe, pointer);
    continued(probe, pointer);
    if (probe.kind == ProbeKind::ftp && probe.family != Family::v4)
      complain(child(pointer, "kind"), "expected another kind, or IPv4: what PORT says is an IPv4 address (RFC 959)",
               "\"ftp\"");
    if (probe.kind == ProbeKind::multicast) return multicast_probe(probe, pointer);
    if (probe.kind == ProbeKind::broadcast) return broadcast_probe(probe, pointer);
    if (!probe.destination)
      return complain(
          pointer, fmt::format("expected a receiver with an {} address", probe.family == Family::v4 ? "IPv4" : "IPv6"),
          probe.to + ", which has none");
    if (probe.destination->is_multicast())
      return complain(child(pointer, "destination"), "expected a unicast address, or the kind multicast",
                      probe.destination->str());
    if (is_broadcast(topology_, *probe.destination))
      return complain(child(pointer, "destination"), "expected a unicast address, or the kind broadcast",
                      probe.destination->str());
    // A tunnel carries what the routes do not; a routing daemon finds what the file does not say.
    if (!view_.is_whole("/profile") || !view_.is_whole("/profile_at") || !view_.is_whole("/routing")) return;
    if (has_tunnel() || case_.routing) return;
    if (auto gap = round_trip_gap(topology_, probe.from, *probe.destination)) {
      complain(pointer, fmt::format("expected a way from {} to {} and back: {}", probe.from, probe.to, *gap));
    }
  }

  /// Of the file, or of a step that gives the node one.
  std::vector<std::string> addresses_of(const std::string& node, Family family) const {
    std::vector<std::string> own;
    const auto add = [&](const Prefix& prefix) {
      if (prefix.family() == family) own.push_back(prefix.address.str());
    };
    for (const auto& link : topology_.links)
      if (const auto* end = topology_.end(link.name, node))
        for (const auto& each : end->addresses) add(each);
    for (const auto& each : topology_.node(node)->loopback) add(each);
    for (const auto& step : case_.timeline) {
      if (const auto* move = std::get_if<MoveAddressStep>(&step); move != nullptr && move->node == node) add(move->to);
      if (const auto* more = std::get_if<AddAddressStep>(&step); more != nullptr && more->node == node)
        add(more->address);
    }
    return own;
  }

  void bound(const Probe& probe, const std::string& pointer) {
    const auto here = child(pointer, "bind");
    if (probe.bind.empty()) return;
    if (probe.kind != ProbeKind::sctp)
      return complain(here, "expected a probe of the kind sctp: no other tells its peer addresses",
                      fmt::format("one of the kind {}", word_of(probe_kind_words, probe.kind)));
    if (!probe.continues.empty())
      return complain(here, fmt::format("expected no key \"bind\": the association is that of {}", probe.continues),
                      "both");
    if (!knows_steps("move-address") || !knows_steps("add-address")) return;
    const auto what = fmt::format("an {} address of {}", probe.family == Family::v4 ? "IPv4" : "IPv6", probe.from);
    const auto own = addresses_of(probe.from, probe.family);
    std::set<std::string> bound;
    for (std::size_t index = 0; index < probe.bind.size(); ++index) {
      const auto word = probe.bind[index].str();
      if (known(child(here, index), word, what, own) && !bound.insert(word).second)
        complain(child(here, index), "expected each address once", quoted_text(word));
    }
  }

  void continued(const Probe& probe, const std::string& pointer) {
    const auto here = child(pointer, "continues");
    if (probe.continues.empty()) return;
    if (!has_one_connection(probe.kind))
      return complain(here, "expected a probe of the kind tcp or sctp, which has a connection",
                      fmt::format("one of the kind {}", word_of(probe_kind_words, probe.kind)));
    std::vector<std::string> fit;
    for (const auto& each : case_.probes)
      if (each.name != probe.name && !each.forged && each.kind == probe.kind && each.from == probe.from &&
          each.to == probe.to && each.port == probe.port && each.destination == probe.destination)
        fit.push_back(each.name);
    const auto what = fmt::format("another probe of the kind {} from {} to {} with the same port and destination",
                                  word_of(probe_kind_words, probe.kind), probe.from, probe.to);
    if (!known(here, probe.continues, what, fit, "/probes") || !knows_steps("probe")) return;
    bool begun = false;
    for (const auto& step : case_.timeline) {
      const auto* probes = std::get_if<ProbeStep>(&step);
      if (probes == nullptr) continue;
      const auto has = [&](const std::string& name) {
        return std::find(probes->probes.begin(), probes->probes.end(), name) != probes->probes.end();
      };
      if (has(probe.name) && !begun)
        return complain(
            here, fmt::format("expected a step {{\"probe\": [\"{}\"]}} before that of {}", probe.continues, probe.name),
            "none");
      begun = begun || has(probe.continues);
    }
  }

  /// The link that a probe to all is sent over; null where that is not known, which is complained of.
  const Link* group_link(const Probe& probe, const std::string& pointer) {
    if (probe.link.empty())
      complain(pointer, fmt::format("expected a link that {} and {} share, or the key \"link\"", probe.from, probe.to),
               "none");
    else if (end(child(pointer, "link"), probe.link, child(pointer, "from"), probe.from))
      return topology_.link(probe.link);
    return nullptr;
  }

  void multicast_probe(const Probe& probe, const std::string& pointer) {
    if (!probe.destination)
      return complain(pointer, "expected the key \"destination\": a group's address, as the kind is multicast",
                      "an object without it");
    if (!probe.destination->is_multicast())
      complain(child(pointer, "destination"), "expected a group's address", probe.destination->str());
    group_link(probe, pointer);
  }

  void broadcast_probe(const Probe& probe, const std::string& pointer) {
    const auto* link = group_link(probe, pointer);
    if (link == nullptr) return;
    const auto own = broadcast_of(*link);
    if (!own)
      return complain(pointer, "expected a link with an IPv4 subnet, as the kind is broadcast",
                      link->name + ", which has none");
    if (!probe.destination || probe.destination == own || probe.destination == Address::parse("255.255.255.255"))
      return;
    complain(child(pointer, "destination"),
             fmt::format("expected {}, the broadcast address of {}, or 255.255.255.255", own->str(), link->name),
             probe.destination->str());
  }

  /// Whether it is known which steps of the timeline are of this kind, and what they say.
  bool knows_steps(const char* kind) {
    if (view_.is_gap("/timeline")) return false;
    for (std::size_t index = 0; index < case_.timeline.size(); ++index) {
      const auto pointer = child("/timeline", index);
      if (view_.is_gap(pointer) || (view_.find(child(pointer, kind)) != nullptr && !view_.is_whole(pointer)))
        return false;
    }
    return true;
  }

  void expect_started(const std::string& here, const std::string& node) {
    if (!started_.contains(node) && knows_steps("start"))
      complain(here, fmt::format("expected a step that starts {} before this one", node), "none");
  }

  void timeline() {
    for (std::size_t index = 0; index < case_.timeline.size(); ++index) {
      const auto pointer = child("/timeline", index);
      if (view_.is_gap(pointer)) continue;
      std::visit([&](const auto& step) { this->step(pointer, step); }, case_.timeline[index]);
    }
  }

  void step(const std::string& pointer, const StartStep& start) {
    if (start.nodes.empty()) started_.insert(nodes_.begin(), nodes_.end());
    nodes(child(pointer, "start"), start.nodes);
    started_.insert(start.nodes.begin(), start.nodes.end());
  }
  void step(const std::string& pointer, const InitiateStep& initiate) {
    const auto here = child(pointer, "initiate");
    if (!node(here, initiate.node)) return;
    expect_started(here, initiate.node);
    if (!view_.is_whole("/profile") || !view_.is_whole("/profile_at")) return;
    const auto* profile = case_.profile_of(initiate.node);
    if (profile != nullptr && profile->by_ike() && waits_for_any_address(*profile, initiate.node))
      complain(here,
               "expected a node that knows its peer's address: as the responder accepts any "
               "(\"responder_accepts_any_address\"), it can only wait",
               quoted_text(initiate.node));
  }
  void step(const std::string& pointer, const StopStep& stop) {
    const auto here = child(pointer, "stop");
    if (!node(here, stop.node)) return;
    expect_started(here, stop.node);
    started_.erase(stop.node);
  }
  void step(const std::string& pointer, const ChangeProfileStep& change) {
    const auto here = child(pointer, "change-profile");
    if (view_.is_gap("/profile") || !view_.is_whole(here)) return;
    if (case_.without_ipsec)
      return complain(here, "expected no such step, as there is no profile", "\"change-profile\"");
    const auto named = parties(case_.profile, topology_);
    const auto* nodes = view_.find(child(here, "nodes"));
    for (std::size_t index = 0; index < nodes->size(); ++index) {
      const auto name = (*nodes)[index].get<std::string>();
      const auto at = child(child(here, "nodes"), index);
      if (!knows_parties() || !known(at, name, "a party of the profile", named)) continue;
      const auto changed = change.profiles.find(name);
      if (changed == change.profiles.end()) {
        complain(at, "expected a node that has a profile", quoted_text(name));
        continue;
      }
      if (!view_.is_whole("/profile") || !view_.is_whole("/profile_at")) continue;
      Diagnostics found;
      check_profile(*changed_profile_view(view_, here, name), "/profile", changed->second, topology_, found);
      diagnostics_.add(found);
    }
  }
  void step(const std::string& pointer, const RekeyStep& rekey) {
    const auto here = child(pointer, "rekey");
    if (!node(here, rekey.node)) return;
    expect_started(here, rekey.node);
    if (!view_.is_whole("/profile") || !view_.is_whole("/profile_at")) return;
    const auto* profile = case_.profile_of(rekey.node);
    if (profile == nullptr || !profile->by_ike())
      complain(here, "expected a node that keys by IKE: nothing else negotiates new keys", quoted_text(rekey.node));
  }
  void step(const std::string& pointer, const ProbeStep& step) {
    for (std::size_t index = 0; index < step.probes.size(); ++index) {
      known(child(child(pointer, "probe"), index), step.probes[index], "a probe of this scenario", probes_, "/probes");
      probed_.insert(step.probes[index]);
    }
  }
  void step(const std::string& pointer, const WaitStep& wait) {
    const auto here = child(pointer, "wait");
    if (view_.is_gap(here)) return;
    const auto& json = *view_.find(here);
    expectation(child(here, json.begin().key()), wait.until, true);
  }
  void step(const std::string& pointer, const ExpectStep&) { expectations(child(pointer, "expect")); }
  void step(const std::string&, const IdleStep&) {}
  bool nat_box(const std::string& here, const std::string& name) {
    if (!node(here, name) || view_.is_gap("/topology")) return false;
    if (topology_.node(name)->nat) return true;
    std::vector<std::string> boxes;
    for (const auto& each : topology_.nodes) {
      if (each.nat) boxes.push_back(each.name);
    }
    return known(here, name, "a NAT box of topology " + topology_.name, boxes);
  }
  void step(const std::string& pointer, const FlushNatStep& flush) { nat_box(child(pointer, "flush-nat"), flush.node); }
  void step(const std::string& pointer, const ChangeMappingsStep& change) {
    const auto here = child(pointer, "change-mappings");
    if (!nat_box(here, change.node)) return;
    const auto& policy = *topology_.node(change.node)->nat;
    const bool kept = policy.ports == PortMapping::preserve && beyond_kernel(policy).empty();
    if (policy.kind != NatKind::masquerade || kept)
      complain(here,
               "expected a NAT box whose ports can change: one that draws them at random, or a masquerade that the "
               "kernel cannot be",
               fmt::format("{}: {}", quoted_text(change.node), fmt::format("{}", fmt::join(nat_words(policy), ", "))));
  }
  void step(const std::string& pointer, const MoveAddressStep& move) {
    const auto here = child(pointer, "move-address");
    if (!end(child(here, "link"), move.link, child(here, "node"), move.node)) return;
    if (!view_.is_whole(here)) return;
    if (move.from.family() != move.to.family())
      complain(child(here, "to"), "expected an address of the same family as \"from\"", move.to.str());
    std::vector<std::string> there;
    bool has_it = moved_to_.contains({move.node, move.from.address});
    for (const auto& each : topology_.end(move.link, move.node)->addresses) {
      there.push_back(each.address.str());
      has_it = has_it || each.address == move.from.address;
    }
    moved_to_.insert({move.node, move.to.address});
    if (!has_it && knows_steps("move-address"))
      complain(child(here, "from"),
               fmt::format("expected an address of {} on link {}: {}", move.node, move.link,
                           there.empty() ? "there is none" : listed(there)),
               quoted_text(move.from.address.str()));
  }
  void step(const std::string& pointer, const AddAddressStep& add) {
    const auto here = child(pointer, "add-address");
    end(child(here, "link"), add.link, child(here, "node"), add.node);
  }
  void step(const std::string& pointer, const LinkStep& step) {
    const auto here = child(pointer, step.up ? "link-up" : "link-down");
    end(child(here, "link"), step.link, child(here, "node"), step.node);
  }
  void neighbors(const std::string& here, const std::string& link_name, const std::vector<std::string>& names) {
    if (!link(child(here, "link"), link_name)) return;
    for (std::size_t index = 0; index < names.size(); ++index)
      end(child(here, "link"), link_name, child(child(here, "nodes"), index), names[index]);
  }
  void step(const std::string& pointer, const SetNeighborsStep& step) {
    neighbors(child(pointer, "set-neighbors"), step.link, step.nodes);
  }
  void step(const std::string& pointer, const FlushNeighborsStep& step) {
    neighbors(child(pointer, "flush-neighbors"), step.link, step.nodes);
  }
  void step(const std::string& pointer, const AddPolicyStep& add) {
    const auto here = child(pointer, "add-policy");
    nodes(child(here, "nodes"), add.nodes);
    check_selector(view_, child(child(here, "policy"), "selector"), add.policy.selector, topology_, diagnostics_);
    if (add.keyed && view_.is_whole(here) && view_.is_whole("/profile")) keyed_policy(here, add.policy.selector);
  }
  void keyed_policy(const std::string& here, const Selector& selector) {
    if (case_.without_ipsec || case_.profile.by_ike())
      return complain(child(here, "keyed"), "expected a profile with the keying manual", "true");
    for (const auto& [key, side] : {std::pair("local", selector.local), std::pair("remote", selector.remote)})
      if (!Address::parse(side) && topology_.node(side) == nullptr)
        complain(child(child(here, "policy"), "selector"),
                 fmt::format("expected the key \"{}\": a node or an address, as there are to be SAs between two", key),
                 quoted_text(side));
  }
  void step(const std::string& pointer, const RemovePolicyStep& remove) {
    const auto here = child(pointer, "remove-policy");
    nodes(child(here, "nodes"), remove.nodes);
    check_selector(view_, child(here, "selector"), remove.selector, topology_, diagnostics_);
  }

  void step(const std::string& pointer, const RollKeysStep& roll) {
    const auto here = child(pointer, "roll-keys");
    nodes(child(here, "nodes"), roll.nodes);
    if (!view_.is_whole("/profile") || !view_.is_whole("/profile_at")) return;
    if (case_.without_ipsec || case_.profile.members.empty())
      complain(here, "expected a profile with \"members\", whose manual keys have generations", "none");
  }
  void step(const std::string& pointer, const ReplayStep& replay) {
    const auto here = child(pointer, "replay");
    const bool from = end(child(here, "link"), replay.link, child(here, "from"), replay.from);
    const auto sent_by = child(child(here, "packets"), "sent_by");
    if (from) end(child(here, "link"), replay.link, sent_by, replay.packets.sent_by);
    if (replay.packets.first != 0 && replay.packets.last != 0)
      complain(child(here, "packets"), "expected the first packets or the last", "both");
    if (replay.flow.empty() != replay.of.empty() && view_.is_whole(here))
      return complain(here, "expected both of the keys \"flow\" and \"of\", or neither",
                      replay.of.empty() ? "\"flow\" alone" : "\"of\" alone");
    if (replay.flow.empty()) return;
    attack_flow(child(here, "flow"), replay.flow);
    const auto of = child(here, "of");
    if (!known(of, replay.of, "a probe of this scenario", probes_, "/probes")) return;
    const auto probe = std::find_if(case_.probes.begin(), case_.probes.end(),
                                    [&](const Probe& each) { return each.name == replay.of; });
    if (probe->kind == ProbeKind::tcp)
      return complain(of, "expected a probe of the kind icmp, udp or multicast: TCP takes no segment twice",
                      quoted_text(replay.of));
    if (!probed_.contains(replay.of) && knows_steps("probe"))
      complain(of, fmt::format("expected a step {{\"probe\": [\"{}\"]}} before this one", replay.of), "none");
  }
  void step(const std::string& pointer, const InjectStep& inject) {
    const auto here = child(child(pointer, "inject"), std::string(word_of(forgery_words, inject.kind)));
    const bool has_from = node(child(here, "from"), inject.from);
    if (!node(child(here, "to"), inject.to) || !has_from || !view_.is_whole(here) || view_.is_gap("/topology")) return;
    if (!inject.flow.empty()) attack_flow(child(here, "flow"), inject.flow);
    if (inject.from == inject.to)
      return complain(child(here, "to"), "expected another node than the one that sends", quoted_text(inject.to));
    if (!Address::parse(inject.as) && !node(child(here, "as"), inject.as)) return;
    if (inject.kind == Forgery::ospf_hello) return forged_hello(here, inject);
    const bool noise = inject.kind == Forgery::esp || inject.kind == Forgery::ah || inject.kind == Forgery::arp_reply;
    if (inject.with_key && noise)
      complain(child(here, "with_key"),
               "expected a datagram, a reset, a neighbor advertisement or a hello for a key holder to protect", "true");
    if (inject.kind == Forgery::tcp_reset) reads_along(here, inject);
    const bool on_link = inject.kind == Forgery::neighbor_advertisement || inject.kind == Forgery::arp_reply;
    const auto* family = inject.kind == Forgery::neighbor_advertisement ? "IPv6 "
                         : inject.kind == Forgery::arp_reply            ? "IPv4 "
                                                                        : "";
    if (!inject.claimed || !inject.destination || inject.claimed->family() != inject.destination->family())
      return complain(child(here, "as"),
                      fmt::format("expected {}addresses of one family for \"as\" and for {}", family, inject.to),
                      quoted_text(inject.as));
    if (inject.link.empty() || (on_link && inject.next != inject.to))
      complain(child(here, "to"),
               on_link ? fmt::format("expected a node on a link that {} is on", inject.from)
                       : fmt::format("expected a node that {} has a way to", inject.from),
               quoted_text(inject.to));
  }
  /// Only who is on the link with the session's other end reads its numbers there.
  void reads_along(const std::string& here, const InjectStep& inject) {
    if (!topology_.node(inject.as) || topology_.end(inject.link, inject.as) == nullptr)
      complain(child(here, "as"), fmt::format("expected a node on a link that {} is on", inject.from),
               quoted_text(inject.as));
  }
  void forged_hello(const std::string& here, const InjectStep& inject) {
    if (!view_.is_whole("/routing")) return;
    if (!case_.routing || case_.routing->protocol != RoutingProtocol::ospfv3)
      return complain(here, "expected the key \"routing\" with the protocol ospfv3", "a scenario without it");
    known(child(here, "as"), inject.as, "a router of /routing", case_.routing->routers);
    const auto& links = case_.routing->links;
    if (std::find(links.begin(), links.end(), inject.link) == links.end())
      complain(child(here, "from"),
               fmt::format("expected a node on a link with {} of those of /routing: {}", inject.to, listed(links)),
               quoted_text(inject.from));
    if (inject.destination && (inject.destination->family() != Family::v6 || !inject.claimed))
      complain(child(here, "destination"), "expected an IPv6 address, as OSPFv3 is, and one of the router \"as\"",
               inject.destination->str());
  }
  void step(const std::string& pointer, const TamperStep& tamper) {
    const auto here = child(pointer, "tamper");
    if (!node(child(here, "node"), tamper.node) || view_.is_gap("/topology")) return;
    std::vector<std::string> routers;
    for (const auto& each : topology_.nodes)
      if (each.role == Role::router) routers.push_back(each.name);
    known(child(here, "node"), tamper.node, "a router of topology " + topology_.name, routers);
    if (!tamper.over.empty()) end(child(here, "over"), tamper.over, child(here, "node"), tamper.node);
  }
  /// An attack names a flow that nothing else makes.
  void attack_flow(const std::string& pointer, const std::string& flow) {
    const bool reply = flow.ends_with("-reply");
    if (std::count(flows_.begin(), flows_.end(), flow) > 1 || reply)
      complain(pointer, "expected a name of its own for the flow, without -reply at its end", quoted_text(flow));
  }

  void expectations(const std::string& pointer) {
    if (view_.is_gap(pointer)) return;
    for (const auto& each : expectations_at(view_, pointer)) expectation(each.pointer, each.expectation, false);
  }
  void expectation(const std::string& pointer, const Expectation& expected, bool by_fields) {
    std::visit([&](const auto& each) { this->fact(pointer, each, by_fields); }, expected);
  }
  /// Where the node's name stands: a field of its own in a wait, the key itself in an expectation.
  static std::string named(const std::string& pointer, bool by_fields, const char* field) {
    return by_fields ? child(pointer, field) : pointer;
  }

  void fact(const std::string& pointer, const SaExpectation& sa, bool by_fields) {
    if (!node(named(pointer, by_fields, "node"), sa.node) || view_.is_gap("/profile")) return;
    if (!sa.with.empty() && view_.is_whole("/profile")) {
      known(by_fields ? child(pointer, "with") : pointer, sa.with, "a peer of " + sa.node,
            peers_of(case_.profile, sa.node));
    }
    if (!sa.with.empty() && sa.level == Level::ike)
      complain(child(pointer, "level"), "expected the level child, as the key \"with\" is there", "\"ike\"");
    if (sa.presence == Presence::down) return;
    if (case_.without_ipsec) return complain(pointer, "expected no SA to be up, as there is no profile", "\"up\"");
    if (view_.is_gap(child("/profile_at", sa.node)) || view_.is_gap("/profile/keying") || !knows_parties()) return;
    const auto* profile = case_.profile_of(sa.node);
    if (case_.profile_at.contains(sa.node) && profile == nullptr)
      return complain(pointer, fmt::format("expected no SA to be up, as {} has no profile", sa.node), "\"up\"");
    if (sa.level == Level::ike && !(profile == nullptr ? case_.profile : *profile).by_ike())
      complain(pointer, "expected no IKE SA to be up, as the keying is manual", "\"up\"");
  }
  void fact(const std::string& pointer, const FlowExpectation& flow, bool) {
    const bool has = std::find(flows_.begin(), flows_.end(), flow.flow) != flows_.end();
    if (!has && !(knows_steps("replay") && knows_steps("inject"))) return;  // attacks name flows too
    if (!known(pointer, flow.flow, "a flow of this scenario", flows_, "/probes")) return;
    if (flow.outcome == Outcome::protected_ && case_.without_ipsec && !view_.is_gap("/profile"))
      complain(pointer, "expected another outcome, as there is no profile", "\"protected\"");
    const bool has_clear = std::find(flow.wire.begin(), flow.wire.end(), "clear") != flow.wire.end();
    if (flow.outcome == Outcome::protected_ && has_clear)
      complain(pointer, "expected a protected flow without the wire form clear", "\"clear\"");
  }
  void fact(const std::string& pointer, const DropExpectation& drop, bool by_fields) {
    node(named(pointer, by_fields, "node"), drop.node);
  }
  void fact(const std::string& pointer, const AdjacencyExpectation& adjacency, bool by_fields) {
    if (!view_.is_whole("/routing/routers")) return;
    if (!case_.routing)
      return complain(pointer, "expected no adjacency, or the key \"routing\"", "a scenario without routing");
    known(named(pointer, by_fields, "router"), adjacency.router, "a router of /routing", case_.routing->routers);
    known(named(pointer, by_fields, "neighbor"), adjacency.neighbor, "a router of /routing", case_.routing->routers);
  }
  void fact(const std::string& pointer, const AcquireExpectation& acquire, bool by_fields) {
    if (!node(named(pointer, by_fields, "node"), acquire.node) || !view_.is_whole("/profile")) return;
    const auto* profile = case_.profile_of(acquire.node);
    if (acquire.port && view_.find(child(pointer, "port")) != nullptr && view_.find(child(pointer, "type")) != nullptr)
      complain(child(pointer, "type"), "expected either the key \"port\" or the key \"type\"", "both");
    if (profile == nullptr || !profile->by_ike())
      complain(pointer, "expected a node that keys by IKE: nobody else is asked for SAs", quoted_text(acquire.node));
  }
  void fact(const std::string& pointer, const AddressExpectation& address, bool by_fields) {
    node(named(pointer, by_fields, "node"), address.node);
  }
  void fact(const std::string& pointer, const IvExpectation& iv, bool) {
    if (!node(pointer, iv.node)) return;
    if (pointer.starts_with("/timeline"))
      complain(pointer, "expected this at the end only, where all packets are known", "a step of the timeline");
  }
  void fact(const std::string& pointer, const KeyExpectation& keys, bool) { node(pointer, keys.node); }
  void fact(const std::string& pointer, const RouteExpectation& route, bool by_fields) {
    if (!view_.is_whole("/routing/routers")) return;
    if (!case_.routing)
      return complain(pointer, "expected no route, or the key \"routing\"", "a scenario without routing");
    known(named(pointer, by_fields, "router"), route.router, "a router of /routing", case_.routing->routers);
  }
  void fact(const std::string& pointer, const SpeechExpectation& speech, bool) {
    if (!view_.is_whole("/routing/routers")) return;
    if (!case_.routing)
      return complain(pointer, "expected no speech, or the key \"routing\"", "a scenario without routing");
    known(pointer, speech.router, "a router of /routing", case_.routing->routers);
  }
  void fact(const std::string& pointer, const CountExpectation& counts, bool) { node(pointer, counts.node); }
  void fact(const std::string& pointer, const LogExpectation& log, bool by_fields) {
    node(named(pointer, by_fields, "node"), log.node);
  }
  void fact(const std::string& pointer, const NatDetectionExpectation& expected, bool) {
    if (link(pointer, expected.link) && case_.without_ipsec && !view_.is_gap("/profile"))
      complain(pointer, "expected no \"nat_detection\", as there is no profile, and no IKE",
               quoted_text(expected.link));
  }

  void fact(const std::string& pointer, const NeighborExpectation& neighbor, bool by_fields) {
    if (!node(by_fields ? child(pointer, "node") : pointer, neighbor.node) || view_.is_gap("/topology")) return;
    if (!Address::parse(neighbor.of)) {
      const auto of = named(pointer, by_fields, "of");
      if (node(of, neighbor.of) && shared_link(topology_, neighbor.node, neighbor.of) == nullptr)
        complain(of, fmt::format("expected a node on a link that {} is on, or an address", neighbor.node),
                 quoted_text(neighbor.of));
    }
    auto places = nodes_;
    places.emplace_back("none");
    known(named(pointer, by_fields, "at"), neighbor.at, "a node whose link-layer address it is, or none", places);
  }

  const View& view_;
  const Case& case_;
  const Topology& topology_;
  const Catalogs& catalogs_;
  Diagnostics& diagnostics_;
  std::vector<std::string> nodes_, links_, probes_, flows_;
  std::set<std::string> started_, probed_;
  bool profiles_sound_ = false;
  std::set<std::pair<std::string, Address>> moved_to_;
};

}  // namespace

bool check_case(const View& view, const Case& subject, const Catalogs& catalogs, Diagnostics& diagnostics) {
  return CaseChecker(view, subject, catalogs, diagnostics).all();
}

}  // namespace useipsec
