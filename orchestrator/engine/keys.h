#pragma once

#include <functional>
#include <optional>
#include <string>

#include "scenario/scenario.h"

namespace useipsec {

// What every engine asks of a case in which nodes may have the profile otherwise than others.

/// What keys are made from at a node that has this profile.
std::uint64_t key_seed(const Case& subject, const Profile& profile);

/// The key that `initiator` and the responder share, as `profile` has it; made from the seed where it writes none.
std::string pre_shared_key(const Case& subject, const Profile& profile, const std::string& initiator);

/// The first reason that `refused` gives against the profile of a node, with the node's name where that node has it
/// otherwise than the others; nothing where it has none against any.
std::optional<std::string> first_refusal(const Case& subject,
                                         const std::function<std::optional<std::string>(const Profile&)>& refused);

}  // namespace useipsec
