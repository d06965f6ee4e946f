#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/run_in_node.h"
#include "observe/observations.h"
#include "probe/held_connection.h"
#include "probe/probe_job.h"
#include "proc/loop.h"

namespace useipsec {

/// Sends probes and watches them arrive, with sockets of this process in the nodes' network namespaces; no child
/// process. Payloads are what probe/payload.h writes; an echo reply repeats its request's payload.
///
/// A request is `sent` where the kernel took it; what it refused is an error with its sequence number:
/// "sequence 3: sendto: Network is unreachable (ENETUNREACH)". ICMP errors about a probe's packets likewise:
/// "sequence 3: ICMP: destination unreachable (port unreachable) from 192.0.2.1", with "answer 3: " for the other way.
/// TCP has errors of the connection too: "connect: Connection refused (ECONNREFUSED)"; its requests are `sent` once
/// it is connected.
class ProbeRunner {
 public:
  /// `now` gives the Moment that stamps the records.
  ProbeRunner(Loop& loop, RunInNode run_in_node, std::function<Moment()> now);

  /// Runs the probes side by side, each at its own pace and with its own window: it ends when every packet was
  /// answered (multicast, broadcast: arrived) or refused, else Probe::wait_ms after the last was sent. Records in the
  /// order of the jobs. The connection of one that is to be kept stays open until a probe that continues it ends. An
  /// interrupted loop ends all at once. Throws Error where a socket cannot be set up.
  std::vector<ProbeRecord> run(std::span<const ProbeJob> jobs);
  ProbeRecord run(const ProbeJob& job);

 private:
  Loop& loop_;
  RunInNode run_in_node_;
  std::function<Moment()> now_;
  std::uint16_t next_identifier_;
  std::map<std::string, HeldConnection> held_;  ///< by the probe that left it open
};

}  // namespace useipsec
