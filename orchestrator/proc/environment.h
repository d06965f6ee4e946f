#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace useipsec {

/// The caller's environment with `additions` (NAME=value) put over it.
std::vector<std::string> merged_environment(const std::vector<std::string>& additions);

/// The path execve() gets for `program`: itself where it has a slash, else the first match in PATH, /usr/sbin and
/// /sbin; itself again where there is none, so that the kernel says ENOENT.
std::string find_program(std::string_view program);

}  // namespace useipsec
