#pragma once

#include <map>
#include <string>

#include "base/unique_fd.h"
#include "topology/topology.h"

namespace useipsec {

/// The settings below /proc/sys/net that every node of a network gets. Acts on the calling thread's network namespace.
///
/// Speed: in a guest, one such write costs as much as a veth pair. All fresh namespaces begin alike, so what the first
/// one was seen to have anyway is not written to the others.
class NodeSettings {
 public:
  NodeSettings();

  /// For a namespace that has no links yet: those made later inherit from "default". IPv6 is off on links until
  /// enabled.
  void prepare(Role role, bool has_v6);
  /// One setting, now; nothing where this kernel does not have it.
  void write(const std::string& key, const std::string& value);

 private:
  void write_unless_so(const std::string& key, const std::string& value);

  UniqueFd folder_;
  std::map<std::string, std::string> fresh_;  ///< what a fresh namespace has
};

}  // namespace useipsec
