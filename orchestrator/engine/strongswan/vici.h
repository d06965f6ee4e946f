#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace useipsec {

// What charon is told and answers, as values: vici messages (libcharon/plugins/vici/README.md of strongSwan) and
// swanctl.conf are the same tree, once in bytes and once in text.

struct ViciEntry;

/// Values, lists and sections under their names, in order.
struct ViciSection {
  std::vector<ViciEntry> entries;

  /// Each appends one entry and gives this section back.
  ViciSection& set(std::string name, std::string value);
  ViciSection& set(std::string name, std::vector<std::string> list);
  ViciSection& set(std::string name, ViciSection section);
  /// The value of that name at this level; empty where there is none.
  std::string value(std::string_view name) const;
  bool operator==(const ViciSection&) const = default;
};

struct ViciEntry {
  std::string name;
  std::variant<std::string, std::vector<std::string>, ViciSection> value;
  bool operator==(const ViciEntry&) const = default;
};

/// A command for a running charon.
struct ViciRequest {
  std::string socket;  ///< "{dir}" in it stands for the node's folder
  std::string command;
  ViciSection message;
};

/// The text of a swanctl.conf with these sections.
std::string swanctl_text(const ViciSection& sections);

/// The bytes of a message. Throws Error where a name has more than 255 octets or a value more than 65535.
std::string vici_encoded(const ViciSection& message);
/// A message from its bytes; fails where they are cut off, unbalanced or of an unknown kind.
Result<ViciSection> vici_decoded(std::string_view bytes);

}  // namespace useipsec
