#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace useipsec {

/// What a frame is to an observer in the middle of a link.
enum class WireForm : std::uint8_t {
  clear,
  ah,
  esp,
  esp_in_udp,
  ah_esp,
  ike,
  keepalive,
  arp,
  neighbor_discovery,
  other
};

/// "clear", "ah", "esp", "esp-in-udp", "ah+esp" (ESP in AH), "ike", "keepalive", "arp", "neighbor-discovery", "other".
std::string to_string(WireForm form);
std::optional<WireForm> wire_form(std::string_view word);

constexpr bool has_ah(WireForm form) { return form == WireForm::ah || form == WireForm::ah_esp; }
/// What is in it nobody can say.
constexpr bool has_esp(WireForm form) {
  return form == WireForm::esp || form == WireForm::esp_in_udp || form == WireForm::ah_esp;
}
/// Whether the frame carries an IPsec protocol.
constexpr bool is_protected(WireForm form) { return has_ah(form) || has_esp(form); }

}  // namespace useipsec
