#pragma once

#include <string>

#include "network/network.h"
#include "proc/loop.h"

namespace useipsec {

/// What arrives at port 21 of `server` when `inside` sends it this line over TCP, as the second one of the connection:
/// no gateway looks at the first. Nothing where nothing does.
std::string line_through(Loop& loop, Network& network, const Topology& topology, const std::string& inside,
                         const std::string& server, const std::string& line);

}  // namespace useipsec
