#include "routing/frr/neighbors.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

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

}  // namespace useipsec
