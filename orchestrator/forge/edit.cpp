#include "forge/edit.h"

#include <algorithm>

#include "forge/header.h"
#include "forge/ike_edit.h"
#include "forge/put.h"
#include "wire/packet.h"

namespace useipsec {

namespace {

/// Where the bytes begin that come after a header of this name; nothing where the packet does not show one.
std::optional<std::size_t> place_after(const Frame& frame, const std::string& header) {
  const auto ip = ip_at + ip_header_size(frame);
  if (header == "ip") return ip;
  const auto packet = read_packet(frame, static_cast<std::uint32_t>(frame.size()));
  if (header == "udp") return frame[is_v4(frame) ? ip_at + 9 : ip_at + 6] == 17 ? std::optional(ip + 8) : std::nullopt;
  if (header == "esp" && packet.form == WireForm::esp) return ip + 8;
  if (header == "esp" && packet.form == WireForm::esp_in_udp) return ip + 16;
  if (!has_ah(packet.form)) return std::nullopt;
  if (frame.size() <= ip + 1) return std::nullopt;
  const auto ah = ip + (frame[ip + 1] + std::size_t{2}) * 4;  // RFC 4302 section 2.2
  if (header == "ah") return ah;
  if (header == "esp" && packet.form == WireForm::ah_esp) return ah + 8;
  return std::nullopt;
}

void flip(Frame& frame, const Edit& edit) {
  const auto place = place_after(frame, edit.after);
  if (!place) return;
  const auto at = *place + edit.offset;
  if (at + edit.bytes.size() > frame.size()) return;
  for (std::size_t index = 0; index < edit.bytes.size(); ++index) frame[at + index] ^= edit.bytes[index];
}

void set_traffic_class(Frame& frame, std::uint8_t value) {
  if (is_v4(frame)) {
    frame[ip_at + 1] = value;
    return;
  }
  frame[ip_at] = static_cast<std::uint8_t>((frame[ip_at] & 0xf0U) | (value >> 4U));
  frame[ip_at + 1] = static_cast<std::uint8_t>((frame[ip_at + 1] & 0x0fU) | ((value & 0x0fU) << 4U));
}

/// The value of the option Router Alert (RFC 2113); without it there is nothing to change.
void set_router_alert(Frame& frame, std::uint16_t value) {
  constexpr std::uint8_t end = 0, no_operation = 1, router_alert = 148;
  if (!is_v4(frame)) return;
  const auto options_end = std::min(ip_at + ip_header_size(frame), frame.size());
  for (auto at = ip_at + 20; at + 1 < options_end && frame[at] != end;) {
    if (frame[at] == router_alert && at + 4 <= options_end) return set16(frame, at + 2, value);
    at += frame[at] == no_operation ? 1U : std::max<std::size_t>(frame[at + 1], 2);
  }
}

/// The IKE message of a packet that shows one, changed by `change`; UDP's checksum is made good after it.
void edit_ike(Frame& frame, bool (*change)(std::span<std::uint8_t>)) {
  const auto packet = read_packet(frame, static_cast<std::uint32_t>(frame.size()));
  if (!packet.ike) return;
  constexpr std::uint16_t with_marker = 4500;  // RFC 3948 section 2.2
  const bool marker = packet.source_port == with_marker || packet.destination_port == with_marker;
  const auto at = ip_at + ip_header_size(frame) + 8 + (marker ? 4 : 0);
  if (at < frame.size() && change(std::span(frame).subspan(at))) make_udp_checksum_good(frame);
}

}  // namespace

void set_source(Frame& frame, const Address& source) {
  if (is_v4(frame) != (source.family() == Family::v4)) return;
  const auto at = is_v4(frame) ? ip_at + 12 : ip_at + 8;
  std::copy(source.bytes().begin(), source.bytes().end(), frame.begin() + static_cast<std::ptrdiff_t>(at));
  make_checksum_good(frame);
}

std::optional<Frame> forwarded(Frame frame) {
  if (!is_v4(frame) && !is_v6(frame)) return std::nullopt;
  auto& hops = frame[is_v4(frame) ? ip_at + 8 : ip_at + 7];
  if (hops <= 1) return std::nullopt;
  --hops;
  make_checksum_good(frame);
  return frame;
}

std::vector<Frame> edited(Frame frame, const Edit& edit) {
  auto next = forwarded(std::move(frame));
  if (!next || edit.kind == EditKind::drop) return {};
  auto& packet = *next;
  switch (edit.kind) {
    case EditKind::flip:
      flip(packet, edit);
      break;
    case EditKind::ttl:
      packet[is_v4(packet) ? ip_at + 8 : ip_at + 7] = static_cast<std::uint8_t>(edit.value);
      break;
    case EditKind::tos:
      set_traffic_class(packet, static_cast<std::uint8_t>(edit.value));
      break;
    case EditKind::id:
      if (!is_v4(packet)) break;
      set16(packet, ip_at + 4, static_cast<std::uint16_t>(edit.value));
      break;
    case EditKind::source:
      set_source(packet, *edit.source);
      break;
    case EditKind::router_alert:
      set_router_alert(packet, static_cast<std::uint16_t>(edit.value));
      break;
    case EditKind::nat_detection:
      edit_ike(packet, alter_nat_detection);
      break;
    case EditKind::vendor_ids:
      edit_ike(packet, alter_vendor_ids);
      break;
    default:
      break;
  }
  make_checksum_good(packet);
  const std::size_t copies = edit.kind == EditKind::duplicate ? edit.value + std::size_t{1} : 1;
  return std::vector<Frame>(copies, packet);
}

}  // namespace useipsec
