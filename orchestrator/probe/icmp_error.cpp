#include "probe/icmp_error.h"

#include <fmt/format.h>

#include <array>
#include <span>
#include <string_view>

namespace useipsec {

namespace {

struct Code {
  std::uint8_t type, code;
  std::string_view type_name, code_name;
};

constexpr std::array v4_codes = {
    Code{3, 0, "destination unreachable", "network unreachable"},
    Code{3, 1, "destination unreachable", "host unreachable"},
    Code{3, 2, "destination unreachable", "protocol unreachable"},
    Code{3, 3, "destination unreachable", "port unreachable"},
    Code{3, 4, "destination unreachable", "fragmentation needed"},
    Code{3, 5, "destination unreachable", "source route failed"},
    Code{3, 6, "destination unreachable", "network unknown"},
    Code{3, 7, "destination unreachable", "host unknown"},
    Code{3, 9, "destination unreachable", "network prohibited"},
    Code{3, 10, "destination unreachable", "host prohibited"},
    Code{3, 13, "destination unreachable", "administratively prohibited"},
    Code{4, 0, "source quench", "congestion"},
    Code{5, 0, "redirect", "network"},
    Code{5, 1, "redirect", "host"},
    Code{11, 0, "time exceeded", "in transit"},
    Code{11, 1, "time exceeded", "reassembly"},
    Code{12, 0, "parameter problem", "pointer"},
};

constexpr std::array v6_codes = {
    Code{1, 0, "destination unreachable", "no route"},
    Code{1, 1, "destination unreachable", "administratively prohibited"},
    Code{1, 2, "destination unreachable", "beyond scope of source address"},
    Code{1, 3, "destination unreachable", "address unreachable"},
    Code{1, 4, "destination unreachable", "port unreachable"},
    Code{1, 5, "destination unreachable", "source address failed policy"},
    Code{1, 6, "destination unreachable", "reject route"},
    Code{2, 0, "packet too big", "fragmentation needed"},
    Code{3, 0, "time exceeded", "in transit"},
    Code{3, 1, "time exceeded", "reassembly"},
    Code{4, 0, "parameter problem", "erroneous header field"},
    Code{4, 1, "parameter problem", "unrecognized next header"},
    Code{4, 2, "parameter problem", "unrecognized option"},
};

}  // namespace

std::string icmp_error_text(Family family, std::uint8_t type, std::uint8_t code, const std::string& from) {
  const auto codes = family == Family::v4 ? std::span<const Code>(v4_codes) : std::span<const Code>(v6_codes);
  std::string type_name = fmt::format("type {}", type);
  std::string code_name = fmt::format("code {}", code);
  for (const auto& known : codes) {
    if (known.type != type) continue;
    type_name = known.type_name;
    if (known.code == code) code_name = known.code_name;
  }
  return fmt::format("ICMP: {} ({}) from {}", type_name, code_name, from);
}

}  // namespace useipsec
