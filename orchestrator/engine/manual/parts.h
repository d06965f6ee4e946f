#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.h"

namespace useipsec {

/// Request ids tie policies to SAs: that of a group, and of the first peering; each further one has the next.
inline constexpr std::uint32_t manual_request_id = 1;

/// An SA as a node that has `profile` sets it: its algorithms, and keys derived for `label`. The SPI is the case's, so
/// that nodes whose keys differ mean the same SA.
ManualSa keyed_sa(const Case& subject, const Profile& profile, std::string_view label, const Address& source,
                  const Address& destination);

/// Initiators and responder: for each peering one SA for each direction, distinct SPIs and keys, policies for each
/// selector.
std::vector<NodeSetup> render_pairs(const Case& subject);

/// A selector that two peerings of the responder would put into one SPD, in words; nothing where there is none.
std::optional<std::string> colliding_selectors(const Case& subject);

/// A group on one link: RFC 4552 section 7 figure 3 - the same SPI and key for everybody and in both directions.
std::vector<NodeSetup> render_group(const Case& subject);

}  // namespace useipsec
