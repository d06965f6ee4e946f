#include "routing/bird/neighbors.h"

#include <algorithm>
#include <cctype>
#include <sstream>

#include "base/address.h"

namespace useipsec {
namespace {

std::string lower_case(std::string word) {
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return word;
}

}  // namespace

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
    state = lower_case(state.substr(0, state.find('/')));
    const auto known = nodes.find(router_id);
    records.push_back({known == nodes.end() ? router_id : known->second, state});
  }
  return records;
}

std::vector<AdjacencyRecord> parse_bgp_sessions(std::string_view text,
                                                const std::map<std::string, std::string>& sessions) {
  std::vector<AdjacencyRecord> records;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words{line};
    std::string name, protocol, table, state, since, info;
    words >> name >> protocol >> table >> state >> since >> info;
    const auto session = sessions.find(name);
    if (session == sessions.end() || protocol != "BGP") continue;
    records.push_back({session->second, info.empty() ? lower_case(state) : lower_case(info)});
  }
  return records;
}

std::vector<AdjacencyRecord> parse_rip_neighbors(std::string_view text,
                                                 const std::function<std::string(const Address&)>& name_of) {
  std::vector<AdjacencyRecord> records;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words{line};
    std::string first;
    words >> first;
    if (const auto address = Address::parse(first)) records.push_back({name_of(*address), "up"});
  }
  return records;
}

std::vector<RouteRecord> parse_routes(std::string_view text, const std::map<std::string, std::string>& sessions) {
  std::vector<RouteRecord> records;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    const auto prefix = Prefix::parse(line.substr(0, line.find(' ')));  // further routes to it begin with blanks
    const auto bracket = line.find('[');
    if (!prefix || line.find('/') == std::string::npos || bracket == std::string::npos) continue;
    const auto session = sessions.find(line.substr(bracket + 1, line.find(' ', bracket) - bracket - 1));
    records.push_back({prefix->network(), session == sessions.end() ? "" : session->second});
  }
  return records;
}

}  // namespace useipsec
