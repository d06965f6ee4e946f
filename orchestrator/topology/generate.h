#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "topology/settle.h"

namespace useipsec {

/// Nodes that differ in nothing but their number: r1, r2, ... Each has an end on every one of the links, with the next
/// free addresses, and of every loopback prefix the address of its number.
struct Generator {
  std::string stem;  ///< "r"
  std::uint32_t count = 0;
  Role role = Role::host;
  std::vector<Prefix> loopback;
  std::vector<DraftRoute> routes;
  std::vector<std::string> links;
};

/// "r7".
std::string generated_name(const Generator& generator, std::uint32_t number);

/// Whether `name` is the stem and a number: r1 and r20 for the stem r, but not r, r0 or r01.
bool is_numbered(std::string_view name, std::string_view stem);

/// Adds the nodes to the draft behind those that are written, and their ends behind the written ends, and counts them
/// in `generated`. Complains of links that are none, names that are taken and loopback prefixes that are too small.
void generate(TopologyDraft& draft, const std::vector<Generator>& generators, const Complain& complain);

/// Where a part of a settled draft was written: of what a generator made the generator's own part, as
/// `/generate/r/routes/0` for `/nodes/r7/routes/0`; any other pointer as it is.
std::string written_at(const std::vector<Generator>& generators, const std::string& pointer);

}  // namespace useipsec
