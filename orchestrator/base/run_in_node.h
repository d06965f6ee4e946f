#pragma once

#include <functional>
#include <string>

namespace useipsec {

/// Runs a function on a thread inside the named node's network namespace and returns when it is done; what it throws
/// is carried back. For opening sockets there: they stay in that namespace and are used from the caller's thread.
using RunInNode = std::function<void(const std::string& node, const std::function<void()>& work)>;

}  // namespace useipsec
