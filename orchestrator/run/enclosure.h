#pragma once

#include <functional>

namespace useipsec {

/// Runs `work` in a child that lives in namespaces of its own (network, mount, PID, UTS, IPC; a user namespace where
/// the caller is not root) with an empty /run, and returns the child's exit status (128 + signal where a signal ended
/// it). The child is the init of its PID namespace and dies with the caller, so even kill -9 of either leaves no
/// process, no namespace and no mount behind. Throws Error (precondition) where the kernel refuses, with its words.
int run_enclosed(const std::function<int()>& work);

}  // namespace useipsec
