#include "forge/selection.h"

#include "wire/protocol_numbers.h"

namespace useipsec {

bool is_of_protocol(const Packet& packet, const std::string& protocol) {
  if (protocol == "any") return true;
  if (protocol == "ah") return has_ah(packet.form);
  if (protocol == "esp") return packet.form == WireForm::esp || packet.form == WireForm::esp_in_udp;
  if (packet.form == WireForm::arp) return false;
  const auto number = protocol == "udp"     ? protocol_udp
                      : protocol == "icmp"  ? protocol_icmp
                      : protocol == "icmp6" ? protocol_icmp6
                                            : protocol_ospf;
  return packet.protocol == number && !is_protected(packet.form);
}

std::vector<Frame> selected_frames(const std::vector<Packet>& packets, const PacketSelection& selection) {
  std::vector<Frame> frames;
  for (const auto& packet : packets)
    if (!packet.truncated && is_of_protocol(packet, selection.protocol))
      frames.emplace_back(packet.frame.begin(), packet.frame.end());
  if (selection.first != 0 && frames.size() > selection.first) frames.resize(selection.first);
  if (selection.last != 0 && frames.size() > selection.last)
    frames.erase(frames.begin(), frames.end() - static_cast<std::ptrdiff_t>(selection.last));
  return frames;
}

}  // namespace useipsec
