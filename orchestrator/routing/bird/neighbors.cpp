#include "routing/bird/neighbors.h"

#include <algorithm>
#include <cctype>
#include <sstream>

#include "base/address.h"

namespace useipsec {

std::vector<AdjacencyRecord> parse_ospf_neighbors(std::string_view text,
                                                  const std::map<std::string, std::string>& nodes) {
  std::vector<AdjacencyRecord> records;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words{line};
    std::string router_id, priority, state;
    if (!(words >> router_id >> priority >> state)) continue;
    const auto address = Address::parse(router_id);
    if (!address || address->family() != Family::v4) continue;
    state = state.substr(0, state.find('/'));
    std::transform(state.begin(), state.end(), state.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto known = nodes.find(router_id);
    records.push_back({known == nodes.end() ? router_id : known->second, state});
  }
  return records;
}

}  // namespace useipsec
