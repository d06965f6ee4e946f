#pragma once

#include <optional>
#include <vector>

#include "forge/frames.h"
#include "scenario/scenario.h"

namespace useipsec {

/// One frame on its way through a router that tampers: less one hop, edited, its IP header's checksum made good.
/// Several frames where it is duplicated, none where it is dropped or its hops are used up. A frame that lacks what the
/// edit would change (an IPv6 packet has no identification, a short one no such byte) goes on as it came.
std::vector<Frame> edited(Frame frame, const Edit& edit);

/// The same without an edit: nothing where the frame is no IP packet or its hops are used up (RFC 1812 section 5.3.1).
std::optional<Frame> forwarded(Frame frame);

/// Another source address in the IP header, whose checksum is made good; a frame of another family stays as it is.
void set_source(Frame& frame, const Address& source);

}  // namespace useipsec
