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
  bool initiate = false;
};

/// Every connection `node` needs: one for each selector, then bypass and discard rules.
std::vector<Connection> libreswan_connections(const Case& subject, const std::string& node);

/// How libreswan writes the identity `node` presents, e.g. "@alice".
std::string libreswan_identity(const Case& subject, const std::string& node);

}  // namespace useipsec
