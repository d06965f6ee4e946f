#pragma once

#include <string>
#include <vector>

namespace useipsec {

/// The counters a drop can be expected in: all of /proc/net/xfrm_stat (net/xfrm/xfrm_proc.c) and the checksum and error
/// counters of /proc/net/snmp and /proc/net/netstat.
const std::vector<std::string>& drop_counters();

}  // namespace useipsec
