#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.h"

namespace useipsec {

/// Request ids tie policies to SAs: that of a group, and of the first peering; each further one has the next.
inline constexpr std::uint32_t manual_request_id = 1;
/// That of the SAs of a group that are for one direction only, inwards.
inline constexpr std::uint32_t inbound_request_id = 1001;

/// An SA of one of the protocols as a node that has `profile` sets it: its algorithms, and keys derived for `label`.
/// The SPI is the case's, so that nodes whose keys differ mean the same SA.
ManualSa keyed_sa(const Case& subject, const Profile& profile, Protocol protocol, std::string_view label,
                  const Address& source, const Address& destination);

/// Initiators and responder: for each peering one SA for each direction, distinct SPIs and keys, policies for each
/// selector.
std::vector<NodeSetup> render_pairs(const Case& subject);

/// A selector that two peerings of the responder would put into one SPD, in words; nothing where there is none.
std::optional<std::string> colliding_selectors(const Case& subject);

/// A group on its links, with the SAs of one of the figures of RFC 4552 section 7; without anything said the same SPI
/// and key for everybody and in both directions (figure 3).
/// `generation` is the request id of its SAs and of the policies outwards.
std::vector<NodeSetup> render_group(const Case& subject, std::uint32_t generation = manual_request_id);

/// Members that have SAs with each other, pair by pair, each direction its own; of those that a node knows.
std::vector<NodeSetup> render_mesh(const Case& subject);

}  // namespace useipsec
