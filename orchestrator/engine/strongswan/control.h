#pragma once

#include <chrono>

#include "base/result.h"
#include "engine/strongswan/vici.h"

namespace useipsec {

/// Asks the charon that listens at `path` (the request's socket, looked up in the caller's mount namespace) one thing
/// and gives its answer. Fails where it does not answer in time, or answers that it did not succeed: its own words
/// innermost.
Result<ViciSection> ask_charon(const std::string& path, const ViciRequest& request, std::chrono::milliseconds deadline);

}  // namespace useipsec
