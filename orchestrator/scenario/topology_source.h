#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "input/view.h"
#include "topology/topology_reader.h"

namespace useipsec {

/// Finds and reads the topologies that one scenario file names, each file once.
class TopologySource {
 public:
  /// `folder`: of named topologies. `beside`: the scenario's folder, which paths cannot leave.
  TopologySource(std::filesystem::path folder, std::filesystem::path beside);

  /// The topology that `/topology` of the view names or is, as far as it can be understood; why it is not whole is in
  /// `diagnostics`, or was said when the file was first named.
  TopologyReading of(const View& view, Diagnostics& diagnostics);

 private:
  TopologyReading from_file(const std::filesystem::path& file, Diagnostics& diagnostics);
  std::vector<std::string> named() const;

  std::filesystem::path folder_;
  std::filesystem::path beside_;
  std::map<std::filesystem::path, TopologyReading> read_;
};

}  // namespace useipsec
