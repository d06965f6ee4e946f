#include "facts/ivs.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "facts/sa_direction.h"

namespace useipsec {

namespace {

constexpr std::size_t iv_size = 8;

}  // namespace

std::map<std::string, IvFact> iv_facts(const Case& subject, const std::vector<CaptureFile>& captures) {
  std::map<std::string, IvFact> facts;
  std::set<std::tuple<std::string, std::uint32_t, std::string>> seen;
  for (const auto& file : captures) {
    for (const auto& packet : file.packets()) {
      if (!has_esp(packet.form)) continue;
      const auto spi = has_ah(packet.form) ? packet.inner_spi : packet.spi;
      // Later fragments have no header; routers pass on what is not theirs.
      if (!packet.first_fragment || !spi || !packet.source || !subject.topology.holds(packet.node, *packet.source))
        continue;
      const auto bytes = packet.payload;
      if (bytes.size() < iv_size) continue;
      const std::string iv(bytes.begin(), bytes.begin() + iv_size);
      auto& fact = facts[std::string(packet.node)];
      ++fact.packets;
      if (!seen.emplace(std::string(packet.node), *spi, iv).second) ++fact.repeated;
    }
  }
  return facts;
}

}  // namespace useipsec
