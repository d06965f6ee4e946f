#pragma once

#include <string>

namespace useipsec {

/// Checksum and segmentation offloads off: what is captured is what a wire would carry. `socket` is any socket of the
/// interface's namespace. Throws Error.
void switch_offloads_off(int socket, const std::string& interface);

/// Whether the interface can send now. Asking also makes the kernel act at once on a carrier that has just come
/// (linkwatch_sync_dev(), net/core/link_watch.c); until then it drops what is sent.
bool has_carrier(int socket, const std::string& interface);

}  // namespace useipsec
