#pragma once

#include <memory>

#include "base/result.h"
#include "network/network.h"

namespace useipsec {

/// A network, or the reason why this kernel cannot have it.
inline Result<std::unique_ptr<Network>> try_build(Loop& loop, const Topology& topology) {
  try {
    return Network::build(loop, topology, {});
  } catch (const Error& error) {
    if (error.exit_code() != ExitCode::precondition) throw;
    return failure(error);
  }
}

}  // namespace useipsec
