#include "scenario/node_patterns.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "input/formats.h"
#include "input/pointer.h"
#include "topology/generate.h"

namespace useipsec {
namespace {

bool is_pattern(const std::string& word) { return word.ends_with('*') && name_pattern_format().accepts(word); }

class Expansion {
 public:
  Expansion(View& view, const Topology& topology, Diagnostics& diagnostics)
      : view_(view), topology_(topology), diagnostics_(diagnostics) {}

  /// Members first come to be, then are looked into: each may hold patterns itself. `self`: the node that `pointer` is
  /// of.
  void at(const std::string& pointer, const std::string& self) {
    if (view_.is_gap(pointer)) return;
    if (view_.find(pointer)->is_array()) {
      list(pointer);
      if (view_.is_gap(pointer)) return;
      for (std::size_t index = 0; index < view_.find(pointer)->size(); ++index) at(child(pointer, index), self);
    } else if (view_.find(pointer)->is_object()) {
      object(pointer, self);
      if (view_.is_gap(pointer)) return;
      std::vector<std::string> keys;
      for (const auto& [key, member] : view_.find(pointer)->items()) keys.push_back(key);
      for (const auto& key : keys)
        if (view_.find(child(pointer, key))->is_structured()) at(child(pointer, key), key);
    }
  }

 private:
  std::vector<std::string> meant(const std::string& pattern, const std::string& pointer, bool is_key) {
    const auto stem = pattern.substr(0, pattern.size() - 1);
    std::vector<std::string> names;
    for (const auto& node : topology_.nodes)
      if (is_numbered(node.name, stem)) names.push_back(node.name);
    if (names.empty()) {
      const auto message =
          fmt::format("expected nodes of topology {} whose names are {} and a number", topology_.name, stem);
      diagnostics_.add(is_key ? view_.at_key(pointer, message, "none") : view_.at(pointer, message, "none"));
    }
    return names;
  }

  /// Beside a part of the wrong form nothing more can be said: where its gaps are would be forgotten.
  void rewrite(const std::string& pointer, Json value, const std::map<std::string, std::string>& written) {
    if (view_.is_whole(pointer))
      view_.rewrite(pointer, std::move(value), written);
    else
      view_.mark_gap(pointer);
  }

  static bool is_wait_for_several(const Json& step) {
    static const Json::json_pointer neighbor("/wait/adjacency/neighbor");
    return step.is_object() && step.contains(neighbor) && is_pattern(step.at(neighbor).get<std::string>());
  }

  /// One wait for each neighbor.
  std::vector<Json> waits(const Json& step, const std::string& pointer) {
    std::vector<Json> steps;
    const auto& adjacency = step.at("wait").at("adjacency");
    for (const auto& name : meant(adjacency.at("neighbor"), pointer + "/adjacency/neighbor", false)) {
      if (adjacency.at("router") == name) continue;
      steps.push_back(step);
      steps.back()["wait"]["adjacency"]["neighbor"] = name;
    }
    return steps;
  }

  void list(const std::string& pointer) {
    const auto& before = *view_.find(pointer);
    Json after = Json::array();
    std::map<std::string, std::string> written;
    bool found = false;
    for (std::size_t index = 0; index < before.size(); ++index) {
      const auto here = child(pointer, index);
      const auto put = [&](Json value) {
        written[std::to_string(after.size())] = here;
        after.push_back(std::move(value));
      };
      if (is_wait_for_several(before[index])) {
        found = true;
        for (auto& each : waits(before[index], child(here, "wait"))) put(std::move(each));
        continue;
      }
      if (!before[index].is_string() || !is_pattern(before[index].get<std::string>())) {
        put(before[index]);
        continue;
      }
      found = true;
      for (auto& name : meant(before[index].get<std::string>(), here, false)) put(std::move(name));
    }
    if (found) rewrite(pointer, std::move(after), written);
  }

  void object(const std::string& pointer, const std::string& self) {
    const auto& before = *view_.find(pointer);
    Json after = Json::object();
    std::map<std::string, std::string> written;
    bool found = false;
    for (const auto& [key, member] : before.items()) {
      const auto here = child(pointer, key);
      if (!is_pattern(key)) {
        after[key] = member;
        written[key] = here;
        continue;
      }
      found = true;
      for (const auto& name : meant(key, here, true)) {
        if (before.contains(name) || name == self) continue;
        after[name] = member;
        written[name] = here;
      }
    }
    if (found) rewrite(pointer, std::move(after), written);
  }

  View& view_;
  const Topology& topology_;
  Diagnostics& diagnostics_;
};

}  // namespace

void expand_node_patterns(View& view, const Topology& topology, Diagnostics& diagnostics) {
  if (topology.nodes.empty()) return;
  Expansion expansion(view, topology, diagnostics);
  for (const auto* part : {"/profile", "/profile_at", "/routing", "/timeline", "/expect"})
    if (view.find(part) != nullptr && view.find(part)->is_structured()) expansion.at(part, "");
}

}  // namespace useipsec
