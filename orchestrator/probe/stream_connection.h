#pragma once

#include <deque>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/unique_fd.h"
#include "probe/endpoint.h"
#include "proc/loop.h"

namespace useipsec {

/// A nonblocking stream socket in the calling thread's network namespace. Throws Error; where the kernel does not have
/// the protocol, as a missing precondition.
UniqueFd open_stream(Family family, int protocol);
void bind_stream(int fd, const SocketEndpoint& local);
/// Binds an SCTP socket to several addresses, under a port of the kernel's choice (RFC 6458 section 9.1).
void bind_addresses(int fd, std::span<const Address> addresses);
/// Binds, although connections of an earlier probe may still be there, and listens.
void listen_at(int fd, const SocketEndpoint& local);

/// One nonblocking TCP connection, or SCTP association in the same style (RFC 6458 section 4), that carries lines. It
/// ends with a reset or an abort, so that neither retransmissions nor TIME-WAIT outlive the probe.
class StreamConnection {
 public:
  struct Events {
    std::function<void()> connected = [] {};
    std::function<void(std::string_view line)> line;              ///< without its end
    std::function<void(std::string_view call, int code)> broken;  ///< once; code 0: closed by the other side
  };

  /// Takes a connected socket, or one whose connect is under way.
  StreamConnection(Loop& loop, UniqueFd fd, bool connecting, Events events);

  bool connecting() const { return connecting_; }
  /// The socket, open as it is, for somebody who goes on with it; empty where the connection is broken. What was queued
  /// and not yet taken is forgotten.
  UniqueFd release();
  /// Queues one line; `taken` is called once the kernel has all of it.
  void write(std::string line, std::function<void()> taken);
  void drain();
  /// Whether the other side has acknowledged all that was sent; true where there is no connection yet or any more.
  bool at_rest();
  /// Whether there is no connection any more, or none yet.
  bool is_ended() const { return broken_ || connecting_; }
  /// What stands against the connection without having ended it, as an errno; 0: nothing. An ICMP error that comes
  /// while connect() still holds the socket stays that until the SYN is sent again (net/ipv4/tcp_ipv4.c, tcp_v4_err).
  int standing_error();

 private:
  struct Pending {
    std::string bytes;
    std::function<void()> taken;
  };
  void finish_connect();
  void flush();
  void read();
  void watch_for(bool writable);
  void fail(std::string_view call, int code);

  Events events_;
  UniqueFd fd_;
  // The loop watches for reading only; an epoll descriptor is readable when its socket is ready in either direction.
  UniqueFd epoll_;
  bool connecting_;
  bool broken_ = false;
  std::deque<Pending> pending_;
  std::string received_;
  Watch watch_;  // last: goes before the descriptors
};

}  // namespace useipsec
