#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace useipsec {

/// What a frame is to an observer in the middle of a link.
enum class WireForm : std::uint8_t { clear, ah, esp, esp_in_udp, ike, keepalive, arp, neighbor_discovery, other };

/// "clear", "ah", "esp", "esp-in-udp", "ike", "keepalive", "arp", "neighbor-discovery", "other".
std::string to_string(WireForm form);
std::optional<WireForm> wire_form(std::string_view word);

/// Whether the frame carries an IPsec protocol: ah, esp or esp_in_udp.
constexpr bool is_protected(WireForm form) {
  return form == WireForm::ah || form == WireForm::esp || form == WireForm::esp_in_udp;
}

}  // namespace useipsec
