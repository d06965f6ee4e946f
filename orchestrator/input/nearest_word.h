#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace useipsec {

/// How many letters must be changed, added, left out or swapped with their neighbour to make one word of the other;
/// upper and lower case count as the same.
std::size_t edit_distance(std::string_view left, std::string_view right);

/// The valid word that was probably meant by `written`; empty where none is near. The first of equals.
std::string nearest_word(std::string_view written, const std::vector<std::string>& valid);

/// "icmp, udp, tcp": the first 16 of them, then how many more there are.
std::string listed(const std::vector<std::string>& words);

}  // namespace useipsec
