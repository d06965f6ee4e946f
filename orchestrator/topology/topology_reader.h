#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "input/view.h"
#include "topology/topology.h"

namespace useipsec {

/// Reads a topology file. Nothing, with every reason in `diagnostics`, where it makes no network.
std::optional<Topology> read_topology(const std::filesystem::path& file, Diagnostics& diagnostics);

/// What could be made out of a topology.
struct TopologyReading {
  Topology topology;  ///< where it is not whole: the names alone can be relied on; without nodes not even they
  bool whole = false;
};

/// Reads a topology file as far as it can be understood; every reason why it is not whole is in `diagnostics`.
TopologyReading read_topology_parts(const std::filesystem::path& file, Diagnostics& diagnostics);

/// The same for the topology written at `pointer` of a view whose shape was checked and mended.
TopologyReading topology_at(const View& view, const std::string& pointer, Diagnostics& diagnostics);

}  // namespace useipsec
