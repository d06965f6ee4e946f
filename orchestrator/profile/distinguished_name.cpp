#include "profile/distinguished_name.h"

#include <algorithm>
#include <array>

namespace useipsec {
namespace {

constexpr std::array<std::string_view, 6> attribute_names{"C", "ST", "L", "O", "OU", "CN"};

/// PrintableString (X.680 section 41.4) but for what stands between attributes.
bool printable(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
         std::string_view(" '().:/?-").find(letter) != std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::optional<DistinguishedName> DistinguishedName::parse(std::string_view text) {
  DistinguishedName parsed;
  for (bool more = true; more;) {
    const auto comma = text.find(',');
    const auto part = trimmed(text.substr(0, comma));
    more = comma != std::string_view::npos;
    if (more) text.remove_prefix(comma + 1);
    const auto equals = part.find('=');
    if (equals == std::string_view::npos) return {};
    const auto name = part.substr(0, equals);
    const auto value = trimmed(part.substr(equals + 1));
    const bool known = std::find(attribute_names.begin(), attribute_names.end(), name) != attribute_names.end();
    if (!known || value.empty() || value.size() > 64 || !std::all_of(value.begin(), value.end(), printable)) return {};
    if (name == "C" && value.size() != 2) return {};
    parsed.attributes.emplace_back(name, value);
  }
  return parsed;
}

std::string DistinguishedName::str() const {
  std::string text;
  for (const auto& [name, value] : attributes) {
    if (!text.empty()) text += ", ";
    text += name;
    text += '=';
    text += value;
  }
  return text;
}

}  // namespace useipsec
