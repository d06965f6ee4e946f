#include "scenario/topology_source.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "input/nearest_word.h"

namespace useipsec {

namespace fs = std::filesystem;

TopologySource::TopologySource(fs::path folder, fs::path beside)
    : folder_(std::move(folder)), beside_(std::move(beside)) {}

std::vector<std::string> TopologySource::named() const {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

TopologyReading TopologySource::from_file(const fs::path& file, Diagnostics& diagnostics) {
  const auto [entry, is_new] = read_.try_emplace(file);
  if (is_new) entry->second = read_topology_parts(file, diagnostics);
  return entry->second;
}

TopologyReading TopologySource::of(const View& view, Diagnostics& diagnostics) {
  const auto* json = view.find("/topology");
  if (json == nullptr || view.is_gap("/topology")) return {};
  if (json->is_object()) return topology_at(view, "/topology", diagnostics);
  const auto written = json->get<std::string>();
  std::error_code error;
  if (!written.ends_with(".json")) {
    const auto names = named();
    if (std::find(names.begin(), names.end(), written) != names.end())
      return from_file(folder_ / (written + ".json"), diagnostics);
    diagnostics.add(view.at("/topology", "expected a topology: " + listed(names), quoted_text(written),
                            nearest_word(written, names)));
    return {};
  }
  const auto file = beside_ / written;
  if (!fs::exists(file, error)) {
    diagnostics.add(
        view.at("/topology", "expected a file next to the scenario", quoted_text(written) + ", which is not there"));
    return {};
  }
  // A symbolic link must not lead out of the scenario's folder either.
  const auto root = fs::canonical(beside_.empty() ? fs::path(".") : beside_, error);
  const auto real = fs::canonical(file, error);
  if (error || std::mismatch(root.begin(), root.end(), real.begin(), real.end()).first != root.end()) {
    diagnostics.add(view.at("/topology", "expected a file in the scenario's folder",
                            quoted_text(written) + ", which leads out of it"));
    return {};
  }
  return from_file(file, diagnostics);
}

}  // namespace useipsec
