#pragma once

#include "probe/datagram_socket.h"
#include "probe/ends.h"

namespace useipsec {

/// The part of an end that UDP and raw sockets share: errors first, then packets, until none is left.
template <class Base>
class DatagramEnd : public Base {
 public:
  DatagramEnd(Family family, int type, int protocol, Tallies& tallies)
      : socket_(family, type, protocol), tallies_(tallies) {}

  void start(Loop& loop) override {
    watch_ = loop.watch_readable(socket_.fd(), [this] { drain(); });
  }

  void drain() override {
    while (const auto error = socket_.next_error()) on_error(*error);
    while (const auto packet = socket_.receive()) on_packet(*packet);
  }

 protected:
  virtual void on_packet(const Datagram& packet) = 0;
  /// Errors about packets that were not ours are left out: a raw socket sees all of its node.
  virtual void on_error(const QueuedError& error) { tallies_.note_error(error.quoted, error.text); }

  DatagramSocket socket_;
  Tallies& tallies_;

 private:
  Watch watch_;  // last: goes before the socket
};

/// Sends a probe's packet and writes down what became of the sending.
inline void send_request(DatagramSocket& socket, Tally& tally, std::uint32_t sequence,
                         const SocketEndpoint& destination) {
  const int code = socket.send(make_payload({.token = tally.token(), .sequence = sequence}, tally.size()), destination);
  if (code == 0) {
    tally.sent(sequence);
  } else {
    tally.not_sent(sequence, "sendto", code);
  }
}

}  // namespace useipsec
