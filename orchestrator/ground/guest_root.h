#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace useipsec {

/// Inside a guest, as its init: puts the host's files, read-only through hostfs, under an overlay in memory, moves
/// there, and adds /proc, /sys, /dev, the lab's own view of /lib/modules, and `results` as the only writable host
/// folder. Throws Error.
void settle_guest_root(const std::filesystem::path& results);

/// Where the kernel's modules lie on this file system: /usr/lib/uml/modules/<release> or /lib/modules/<release>; empty
/// where there are none (a kernel with everything built in).
std::filesystem::path guest_modules_folder();

/// Loads the lab's modules, in order of dependency, without starting a program; returns how many. What the kernel
/// refuses is skipped: a missing module is found by the capability probes, with the kernel's words.
int load_modules(const std::filesystem::path& folder, const std::vector<std::string>& names);

}  // namespace useipsec
