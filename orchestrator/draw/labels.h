#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "topology/topology.h"

namespace useipsec {

// What pictures say, line by line; the same in every format.

inline constexpr double letter_width = 7.4;  ///< of 12 px monospace, a little generous

/// "host", "router", or "NAT box" with what it does: "NAPT, random ports", "1:1", the addresses of it.
std::vector<std::string> role_lines(const Node& node);
/// "lo 10.0.0.1/32"
std::vector<std::string> loopback_lines(const Node& node);
/// "wan", "192.0.2.0/24", "5 ms, 1 % loss", "static neighbors"
std::vector<std::string> link_lines(const Link& link);
/// The end's addresses without lengths; "link-local" where it has no other.
std::vector<std::string> end_lines(const Link& link, const End& end);

/// For text in XML, HTML and their attributes, whatever it holds; see visible().
std::string xml_text(std::string_view text);
/// The same as one line.
std::string xml_escaped(std::string_view text);

}  // namespace useipsec
