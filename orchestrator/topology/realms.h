#pragma once

#include <map>
#include <set>
#include <string>

#include "topology/settle.h"

namespace useipsec {

/// Address realms (RFC 2663 section 2.1): links between which packets go untranslated are one. A NAT box stands between
/// the realm of its outside link, which is outside, and those of its other links.
class Realms {
 public:
  explicit Realms(const TopologyDraft& draft);

  /// Whether an address may be on both links at once: each is behind a NAT, and neither is outside of the other. From
  /// inside, an address that is outside too could mean either.
  bool apart(const std::string& link, const std::string& other) const;
  /// The links of a node.
  std::set<std::string> links_of(const std::string& node) const;

 private:
  std::string realm(const std::string& link) const;
  void outside_of(const std::string& realm, std::set<std::string>& all) const;

  std::map<std::string, std::string> joined_;             ///< by link: another one of its realm, or itself
  std::map<std::string, std::set<std::string>> outside_;  ///< by realm: those one NAT further out
  std::map<std::string, std::set<std::string>> node_links_;
};

}  // namespace useipsec
