#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "input/view.h"
#include "topology/topology.h"

namespace useipsec {

/// Reads a topology file. Nothing, with every reason in `diagnostics`, where it makes no network.
std::optional<Topology> read_topology(const std::filesystem::path& file, Diagnostics& diagnostics);

/// Reads the topology written at `pointer` of a view whose shape was already checked.
std::optional<Topology> topology_at(const View& view, const std::string& pointer, Diagnostics& diagnostics);

}  // namespace useipsec
