#pragma once

#include <string>
#include <utility>
#include <vector>

#include "scenario/scenario.h"

namespace useipsec {

/// One `conn` section, options in the order they are written.
struct Connection {
  std::string name;
  std::vector<std::pair<std::string, std::string>> options;
  bool route = false;  ///< its policy goes into the kernel before there is an SA: a trap, a bypass, a discard
  std::string peer;    ///< whom it keys with; empty: a rule without keys, or a group
};

/// Every connection `node`, which has a profile, needs: one for each peer and selector, then bypass and discard rules.
std::vector<Connection> libreswan_connections(const Case& subject, const std::string& node);

/// How libreswan writes the identity of `node`, e.g. "@alice", as `profile` has it.
std::string libreswan_identity(const Profile& profile, const Topology& topology, const std::string& node);

}  // namespace useipsec
