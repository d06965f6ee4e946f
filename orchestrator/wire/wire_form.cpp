#include "wire/wire_form.h"

#include <array>
#include <utility>

namespace useipsec {

namespace {

constexpr std::array<std::pair<WireForm, std::string_view>, 10> words{
    {{WireForm::clear, "clear"},
     {WireForm::ah, "ah"},
     {WireForm::esp, "esp"},
     {WireForm::esp_in_udp, "esp-in-udp"},
     {WireForm::ah_esp, "ah+esp"},
     {WireForm::ike, "ike"},
     {WireForm::keepalive, "keepalive"},
     {WireForm::arp, "arp"},
     {WireForm::neighbor_discovery, "neighbor-discovery"},
     {WireForm::other, "other"}}};

}  // namespace

std::string to_string(WireForm form) {
  for (const auto& [value, word] : words)
    if (value == form) return std::string(word);
  return "other";
}

std::optional<WireForm> wire_form(std::string_view text) {
  for (const auto& [value, word] : words)
    if (word == text) return value;
  return std::nullopt;
}

}  // namespace useipsec
