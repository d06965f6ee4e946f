#include "routing/frr/neighbors.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

namespace useipsec {
namespace {

using nlohmann::json;

/// An object, or an empty one.
json parsed(std::string_view text) {
  auto value = json::parse(text, nullptr, false);
  return value.is_object() ? value : json::object();
}

json array_in(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_array() ? *found : json::array();
}

std::string text_in(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::string lower_case(std::string word) {
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return word;
}

std::string named(const std::map<std::string, std::string>& nodes, const std::string& id) {
  const auto known = nodes.find(id);
  return known == nodes.end() ? id : known->second;
}

}  // namespace

std::vector<AdjacencyRecord> parse_ospf6_neighbors(std::string_view text,
                                                   const std::map<std::string, std::string>& nodes) {
  std::vector<AdjacencyRecord> records;
  for (const auto& each : array_in(parsed(text), "neighbors")) {
    const auto state = lower_case(text_in(each, "state"));
    records.push_back({named(nodes, text_in(each, "neighborId")), state == "twoway" ? "2-way" : state});
  }
  return records;
}

std::vector<AdjacencyRecord> parse_isis_neighbors(std::string_view text,
                                                  const std::map<std::string, std::string>& nodes) {
  std::vector<AdjacencyRecord> records;
  for (const auto& area : array_in(parsed(text), "areas")) {
    for (const auto& circuit : array_in(area, "circuits")) {
      if (const auto id = text_in(circuit, "adj"); !id.empty())
        records.push_back({named(nodes, id), lower_case(text_in(circuit, "state"))});
    }
  }
  return records;
}

std::vector<AdjacencyRecord> parse_pim_neighbors(std::string_view text,
                                                 const std::function<std::string(const Address&)>& name_of) {
  std::vector<AdjacencyRecord> records;
  const auto links = parsed(text);  // items() of a temporary would outlive it
  for (const auto& [link, neighbors] : links.items()) {
    if (!neighbors.is_object()) continue;
    for (const auto& [word, neighbor] : neighbors.items())
      if (const auto address = Address::parse(word)) records.push_back({name_of(*address), "up"});
  }
  return records;
}

std::vector<AdjacencyRecord> parse_bgp_neighbors(std::string_view text,
                                                 const std::map<std::string, std::string>& sessions) {
  std::vector<AdjacencyRecord> records;
  const auto neighbors = parsed(text);
  for (const auto& [address, neighbor] : neighbors.items())
    if (const auto known = sessions.find(address); known != sessions.end())
      records.push_back({known->second, lower_case(text_in(neighbor, "bgpState"))});
  return records;
}

std::vector<RouteRecord> parse_bgp_routes(std::string_view text, const std::map<std::string, std::string>& sessions) {
  std::vector<RouteRecord> records;
  const auto answer = parsed(text);
  const auto routes = answer.find("routes");
  if (routes == answer.end() || !routes->is_object()) return records;
  for (const auto& [word, ways] : routes->items()) {
    const auto prefix = Prefix::parse(word);
    if (!prefix || !ways.is_array()) continue;
    for (const auto& way : ways)
      if (const auto from = sessions.find(text_in(way, "peerId")); from != sessions.end()) {
        records.push_back({prefix->network(), from->second});
        break;
      }
  }
  return records;
}

std::vector<AdjacencyRecord> parse_ripng_status(std::string_view text, std::uint32_t dead_s,
                                                const std::function<std::string(const Address&)>& name_of) {
  std::vector<AdjacencyRecord> records;
  std::istringstream words{std::string(text.substr(std::min(text.find("Routing Information Sources"), text.size())))};
  std::optional<Address> gateway;
  for (std::string word; words >> word;) {
    if (const auto address = Address::parse(word)) gateway = address;
    unsigned hours = 0, minutes = 0, seconds = 0;
    if (!gateway || std::sscanf(word.c_str(), "%2u:%2u:%2u", &hours, &minutes, &seconds) != 3) continue;
    if (hours * 3600 + minutes * 60 + seconds <= dead_s) records.push_back({name_of(*gateway), "up"});
    gateway.reset();
  }
  return records;
}

std::vector<RouteRecord> parse_ripng_routes(std::string_view text) {
  constexpr int infinity = 16;
  std::vector<RouteRecord> records;
  std::istringstream lines{std::string(text)};
  // "R(n) 2001:db8:2::1/128", and below it the next hop, the interface, the metric, the tag and the time left.
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("R(")) continue;
    std::istringstream words{line};
    std::string code, network, next_hop, interface, below;
    words >> code >> network;
    const auto prefix = Prefix::parse(network);
    if (!prefix || !std::getline(lines, below)) continue;
    int metric = infinity;
    std::istringstream rest{below};
    rest >> next_hop >> interface >> metric;
    if (metric < infinity) records.push_back({prefix->network(), ""});
  }
  return records;
}

}  // namespace useipsec
