#pragma once

#include <string>
#include <string_view>

namespace useipsec {

/// What a counter counts, in plain words, with the kernel source file that counts it; empty for one not known here.
/// /proc/net/xfrm_stat after Documentation/networking/xfrm_proc.rst, and the checksum counters of /proc/net/snmp.
std::string counter_meaning(std::string_view counter);

}  // namespace useipsec
