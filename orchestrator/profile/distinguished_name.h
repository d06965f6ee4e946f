#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace useipsec {

/// A distinguished name as certificates and IKE carry it (RFC 5280 section 4.1.2.4): attributes in the order in which
/// they are encoded, most general first.
struct DistinguishedName {
  std::vector<std::pair<std::string, std::string>> attributes;  ///< {"O", "useipsec lab"}

  /// From "O=useipsec lab, CN=alice"; the attributes are C, ST, L, O, OU and CN, each value a PrintableString without
  /// commas, plus and equals signs, so that no reader of it needs escapes. Nothing for anything else.
  static std::optional<DistinguishedName> parse(std::string_view text);
  /// "O=useipsec lab, CN=alice"
  std::string str() const;
  bool operator==(const DistinguishedName&) const = default;
};

}  // namespace useipsec
