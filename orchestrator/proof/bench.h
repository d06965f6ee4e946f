#pragma once

#include "topology/topology.h"

namespace useipsec {

// Where a NAT box is measured: two hosts inside, two outside, nothing else. Its behaviors are those of the policy, its
// addresses the bench's, so that boxes that behave alike are measured once.

inline constexpr const char* bench_one = "one";        ///< inside; the host of a 1:1 box and of all forwards
inline constexpr const char* bench_two = "two";        ///< inside
inline constexpr const char* bench_server = "server";  ///< outside
inline constexpr const char* bench_other = "other";    ///< outside

Topology nat_bench(const NatPolicy& policy);

/// The same in IPv6, with one host on each side.
Topology nat_bench_v6(const NatPolicy& policy);

/// The address that the box shows on the bench.
Address bench_outside(const NatPolicy& policy);

}  // namespace useipsec
