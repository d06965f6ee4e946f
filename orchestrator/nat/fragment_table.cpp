#include "nat/fragment_table.h"

#include <algorithm>

namespace useipsec {
namespace {

constexpr std::chrono::seconds reassembly_time{15};  // RFC 791 section 3.2
constexpr std::size_t most_datagrams = 256, most_waiting = 48;

Ipv4Packet rewritten(Ipv4Packet fragment, const std::pair<Address, Address>& becomes) {
  fragment.set_source_address(becomes.first);
  fragment.set_destination_address(becomes.second);
  return fragment;
}

}  // namespace

FragmentTable::Datagram& FragmentTable::datagram(const Ipv4Packet& fragment, NatTime now) {
  const auto found = std::find_if(datagrams_.begin(), datagrams_.end(), [&](const Datagram& each) {
    return each.source == fragment.source() && each.destination == fragment.destination() &&
           each.protocol == fragment.protocol() && each.identification == fragment.identification();
  });
  if (found != datagrams_.end()) return *found;
  if (datagrams_.size() == most_datagrams) datagrams_.pop_front();
  datagrams_.push_back(
      {fragment.source(), fragment.destination(), fragment.protocol(), fragment.identification(), now, {}, {}});
  return datagrams_.back();
}

std::optional<Ipv4Packet> FragmentTable::later(const Ipv4Packet& fragment, NatTime now) {
  auto& of = datagram(fragment, now);
  if (of.becomes) return rewritten(fragment, *of.becomes);
  if (of.waiting.size() < most_waiting) of.waiting.push_back(fragment);
  return {};
}

std::vector<Ipv4Packet> FragmentTable::first(const Ipv4Packet& before, const Ipv4Packet& after, NatTime now) {
  auto& of = datagram(before, now);
  of.becomes = {after.source(), after.destination()};
  std::vector<Ipv4Packet> released;
  for (auto& each : of.waiting) released.push_back(rewritten(std::move(each), *of.becomes));
  of.waiting.clear();
  return released;
}

void FragmentTable::forget_expired(NatTime now) {
  std::erase_if(datagrams_, [&](const Datagram& each) { return now - each.began >= reassembly_time; });
}

}  // namespace useipsec
