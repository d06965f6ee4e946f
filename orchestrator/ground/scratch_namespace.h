#pragma once

#include <functional>
#include <string>

namespace useipsec {

/// Runs `work` in a child in a network namespace of its own (and a user namespace, where we are not root) and returns
/// the text it made. The namespaces go with the child. Throws Error where the kernel refuses them, with its words.
std::string in_scratch_namespace(const std::function<std::string()>& work);

/// Tries to make a user namespace; the reason where that is refused.
std::string refusal_of_user_namespace();

}  // namespace useipsec
