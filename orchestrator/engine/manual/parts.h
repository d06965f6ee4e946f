#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.h"

namespace useipsec {

/// Request ids tie policies to SAs; a lab has at most one profile, so one number does.
inline constexpr std::uint32_t manual_request_id = 1;

/// An SA with the profile's algorithms and keys derived for `label`.
ManualSa keyed_sa(const Case& subject, std::string_view label, const Address& source, const Address& destination);

/// Two nodes: one SA for each direction, distinct SPIs and keys, policies for each selector.
std::vector<NodeSetup> render_pair(const Case& subject);

/// A group on one link: RFC 4552 section 7 figure 3 - the same SPI and key for everybody and in both directions.
std::vector<NodeSetup> render_group(const Case& subject);

}  // namespace useipsec
