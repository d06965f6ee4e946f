#pragma once

#include <memory>

#include "base/run_in_node.h"
#include "probe/held_connection.h"
#include "probe/probe_job.h"
#include "probe/tally.h"
#include "proc/loop.h"

namespace useipsec {

/// One side of a running probe. Made inside the node's network namespace, where it opens its socket; started and used
/// on the loop's thread afterwards.
class ProbeEnd {
 public:
  ProbeEnd() = default;
  ProbeEnd(const ProbeEnd&) = delete;
  ProbeEnd& operator=(const ProbeEnd&) = delete;
  virtual ~ProbeEnd() = default;

  virtual void start(Loop& loop) = 0;
  /// Takes in what has arrived and was not handled yet.
  virtual void drain() = 0;
  /// Whether the other side has acknowledged all that its connections sent.
  virtual bool at_rest() { return true; }
  /// Parts with its side of the connection and does nothing afterwards; one that has none leaves `held` as it is.
  virtual void hand_over(HeldConnection& held) { static_cast<void>(held); }
};

/// The side that sends requests and sees answers.
class Sender : public ProbeEnd {
 public:
  /// Sends one request, or notes why the kernel refused it.
  virtual void send(std::uint32_t sequence) = 0;
  /// Whether the other side has ended all of its connections that were made.
  virtual bool is_ended() { return true; }
  /// The last word where the window closes before everything was done.
  virtual void window_ended() {}
};

/// Everything an end needs to know. The tallies outlive it.
struct EndContext {
  const ProbeJob& job;
  Tally& tally;
  Tallies& tallies;
  const RunInNode& run_in_node;  ///< for sockets that are opened later
  /// Of the probe that it continues: its sides are taken from here. Null where the probe makes its own connection.
  HeldConnection* held = nullptr;
};

/// `identifier` of the echo requests; the sender's alone within its node.
std::unique_ptr<Sender> make_icmp_sender(const EndContext& context, std::uint16_t identifier);
std::unique_ptr<Sender> make_udp_sender(const EndContext& context);
/// UDP over IPv4 in packets with identifications of our choice: their headers are written here (raw(7), IP_HDRINCL).
/// XFRM takes them for protocol 255, so only a policy for any protocol is theirs.
std::unique_ptr<Sender> make_numbered_udp_sender(const EndContext& context);
/// TCP or SCTP, as the probe's kind says.
std::unique_ptr<Sender> make_stream_sender(const EndContext& context);
/// FTP (RFC 959): asks on the control connection for each answer by PORT and RETR and is called back, or by PASV and
/// RETR and fetches it.
std::unique_ptr<Sender> make_ftp_sender(const EndContext& context);
std::unique_ptr<Sender> make_multicast_sender(const EndContext& context);
std::unique_ptr<Sender> make_broadcast_sender(const EndContext& context);
/// Sends the job's frames as they are.
std::unique_ptr<Sender> make_frame_sender(const EndContext& context);

// Receivers serve every probe of their node, kind, family and port: they find the probe by the token.

/// Sees echo requests that were delivered to the node; the kernel answers them.
std::unique_ptr<ProbeEnd> make_icmp_receiver(const EndContext& context);
/// Answers each request from the address it was sent to, to the address it came from.
std::unique_ptr<ProbeEnd> make_udp_receiver(const EndContext& context);
std::unique_ptr<ProbeEnd> make_stream_receiver(const EndContext& context);
/// Answers each RETR over a connection of its own: to the address that PORT named, or one that the client makes.
std::unique_ptr<ProbeEnd> make_ftp_receiver(const EndContext& context);
/// Joins the group on the receiving interface; no answer.
std::unique_ptr<ProbeEnd> make_multicast_receiver(const EndContext& context);
std::unique_ptr<ProbeEnd> make_broadcast_receiver(const EndContext& context);

}  // namespace useipsec
