#pragma once

#include <vector>

#include "forge/frames.h"
#include "scenario/scenario.h"
#include "wire/packet.h"

namespace useipsec {

/// Whether the packet is of one of the words that a selection uses: "ah", "esp" (in UDP too), "udp", ... as it is on
/// the wire; "any" is all.
bool is_of_protocol(const Packet& packet, const std::string& protocol);

/// The frames of `packets`, the capture of what one node sent over one link, that the selection means, in their order.
/// Frames that were not captured whole are left out: they could not be sent again as they were.
std::vector<Frame> selected_frames(const std::vector<Packet>& packets, const PacketSelection& selection);

}  // namespace useipsec
