#include "engine/libreswan/engine.h"

namespace useipsec {

std::vector<LogPattern> libreswan_log_patterns() {
  const auto line = [](const char* text, LogKind kind) {
    return LogPattern{std::regex(text, std::regex::ECMAScript | std::regex::optimize | std::regex::nosubs), kind};
  };
  return {
      // Connections are added, then pluto is told to listen; reading the secrets is the last thing it does of that.
      line("^loading secrets from ", LogKind::ready),
      line("IPsec SA established|(initiator|responder) (established|rekeyed) Child SA", LogKind::child_up),
      line("IKE SA established|(initiator|responder) (established|rekeyed) IKE SA", LogKind::ike_up),
      // Of established ones only: a state that never came so far is deleted too.
      line("deleting (other )?state .*\\(STATE_(V2_ESTABLISHED_IKE_SA|MAIN_[IR][34]|AGGR_[IR]2)\\)", LogKind::ike_down),
      // The peer's notifications, sent or received (RFC 2408 section 3.14.1, RFC 7296 section 3.10.1).
      // INVALID_KE_PAYLOAD is not among them: it asks for another try, with another group (RFC 7296 section 1.3).
      line("NO_PROPOSAL_CHOSEN|TS_UNACCEPTABLE|INVALID_ID_INFORMATION|INVALID_KEY_INFORMATION|AUTHENTICATION_FAILED",
           LogKind::refused),
      // Its own certificate, when the connection is loaded; the peer's.
      line("failed to add connection: |X509: certificate payload rejected|NSS: ERROR: .* certificate ",
           LogKind::refused),
      line("no acceptable Proposal|no local proposal matches|mismatched on first found connection|authentication fail",
           LogKind::refused),
      line("no connection (has been|is known|found|named)|no suitable connection|but no .*connection.*authorized",
           LogKind::refused),
      line("could not route|cannot route|unroutable|cannot initiate|we cannot identify ourselves", LogKind::refused),
      // The kernel's own words, passed on: "netlink response for Add SA esp.1a2b@192.0.2.2: Function not implemented".
      line("netlink response for |setup_half_ipsec_sa\\(\\) hit fail|had internal error", LogKind::refused),
      line("^while loading |^addconn, in config ", LogKind::refused),
      line("ERROR|WARNING|retransmission; will wait|vulnerable to dictionary attacks|asynchronous network error",
           LogKind::warning),
  };
}

}  // namespace useipsec
