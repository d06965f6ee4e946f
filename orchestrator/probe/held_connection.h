#pragma once

#include <vector>

#include "base/unique_fd.h"

namespace useipsec {

/// Both ends of a connection that outlives its probe, for another to go on with.
struct HeldConnection {
  UniqueFd client;               ///< empty where the connection was lost
  bool connecting = false;       ///< it was not made yet
  std::vector<UniqueFd> served;  ///< the receiver's, of which only the peer of `client` will say anything
};

}  // namespace useipsec
