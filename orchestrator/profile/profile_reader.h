#pragma once

#include <string>

#include "input/shape.h"
#include "input/view.h"
#include "profile/profile.h"
#include "topology/topology.h"

namespace useipsec {

/// The format of a profile, in the order of RFC 5406's checklist, and of its parts that timelines use too.
ShapePtr profile_shape();
/// What a single node may have otherwise: everything but who the parties are.
ShapePtr own_profile_shape();
ShapePtr selector_shape();
/// An upper protocol, by name or number.
ShapePtr upper_protocol_shape();
ShapePtr policy_entry_shape();

/// Conversions of values whose shape was already checked.
Profile profile_from(const Json& json);
Selector selector_from(const Json& json);
PolicyEntry policy_entry_from(const Json& json);

/// Complains of every node that a profile, or the selector at `pointer`, names and the topology does not have, and of
/// parts that contradict each other. Of a topology without nodes nothing is known.
void check_profile(const View& view, const std::string& pointer, const Profile& profile, const Topology& topology,
                   Diagnostics& diagnostics);
void check_selector(const View& view, const std::string& pointer, const Selector& selector, const Topology& topology,
                    Diagnostics& diagnostics);

}  // namespace useipsec
