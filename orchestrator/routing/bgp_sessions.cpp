#include <algorithm>

#include "profile/vantage.h"
#include "routing/routing.h"

namespace useipsec {

std::vector<BgpSession> bgp_sessions(const Case& subject, const std::string& router) {
  std::vector<BgpSession> sessions;
  const auto& routing = *subject.routing;
  const auto own = routing.speakers.find(router);
  if (own == routing.speakers.end()) return sessions;
  // Whether there is IPsec or not, the routers' addresses decide.
  const bool all_v4 = std::all_of(routing.routers.begin(), routing.routers.end(), [&](const std::string& each) {
    return subject.topology.address_of(each, Family::v4).has_value();
  });
  const auto family = all_v4 ? Family::v4 : Family::v6;
  for (const auto& peer : routing.routers) {
    const auto& wanted = own->second.peers;
    const bool is_peer = wanted.empty() || std::find(wanted.begin(), wanted.end(), peer) != wanted.end();
    const auto other = routing.speakers.find(peer);
    const auto local = subject.topology.address_of(router, family);
    const auto remote = address_seen_by(subject.topology, router, peer, family);
    if (peer == router || !is_peer || other == routing.speakers.end() || !local || !remote) continue;
    const auto password = own->second.passwords.find(peer);
    sessions.push_back({peer, own->second.as, other->second.as, *local, *remote,
                        password == own->second.passwords.end() ? "" : password->second});
  }
  return sessions;
}

}  // namespace useipsec
