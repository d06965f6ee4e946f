#pragma once

#include <string>

namespace useipsec {

/// Checksum and segmentation offloads off: what is captured is what a wire would carry. `socket` is any socket of the
/// interface's namespace. Throws Error.
void switch_offloads_off(int socket, const std::string& interface);

/// Whether the interface has a carrier. Newer kernels also act at once on one that has just come when they are asked
/// (linkwatch_sync_dev(), net/core/link_watch.c); older ones do so later, and until then drop what is sent.
bool has_carrier(int socket, const std::string& interface);

}  // namespace useipsec
