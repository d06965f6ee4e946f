#include "engine/strongswan/engine.h"

namespace useipsec {

std::vector<LogPattern> strongswan_log_patterns() {
  const auto line = [](const char* text, LogKind kind) {
    return LogPattern{std::regex(text, std::regex::ECMAScript | std::regex::optimize | std::regex::nosubs), kind};
  };
  return {
      // The plugins are loaded by then, vici with its socket among them.
      line("\\[JOB\\] spawning [0-9]+ worker threads", LogKind::ready),
      // "inbound CHILD_SA ... established" is the first half of a rekeyed one.
      line("\\[IKE\\] (outbound )?CHILD_SA \\S+ established with SPIs", LogKind::child_up),
      line("\\[IKE\\] IKE_SA \\S+ (established|rekeyed) between", LogKind::ike_up),
      // A peer that does not answer any more is given up without a word of deleting.
      line("\\[IKE\\] deleting IKE_SA \\S+ between|giving up after [0-9]+ retransmits|DPD check timed out",
           LogKind::ike_down),
      // The peer's notifications, sent or received (RFC 2408 section 3.14.1, RFC 7296 section 3.10.1).
      // INVALID_KE_PAYLOAD is not among them: it asks for another try, with another group (RFC 7296 section 1.3).
      line("(received|sending) (NO_PROPOSAL_CHOSEN|TS_UNACCEPTABLE|INVALID_ID_INFORMATION|AUTHENTICATION_FAILED)",
           LogKind::refused),
      line("no (matching|acceptable) proposal found(?!, trying)|no (matching )?(peer|IKE|CHILD_SA) config found",
           LogKind::refused),
      line("MAC mismatched|no shared key found|could not decrypt payloads|key derivation failed", LogKind::refused),
      // Its own certificate, the peer's, and what is asked of that.
      line("no private key found for|no trusted (\\S+ )?public key found|constraint check failed", LogKind::refused),
      line("traffic selectors .* unacceptable|failed to establish CHILD_SA|installing trap failed", LogKind::refused),
      // The kernel's own words, passed on: "received netlink error: Invalid argument (22)".
      line("received netlink error: |unable to (install|add) ", LogKind::refused),
      line("peer not responding|retransmit [0-9]+ of|error writing to socket", LogKind::warning),
  };
}

}  // namespace useipsec
