#pragma once

#include <netinet/in.h>

#include "probe/datagram_end.h"

namespace useipsec {

/// Sends to all, and waits for no answer. Whoever derives sets the socket up.
class OneWaySender : public DatagramEnd<Sender> {
 public:
  void send(std::uint32_t sequence) override { send_request(socket_, tally_, sequence, destination_); }

 protected:
  OneWaySender(const EndContext& context, const SocketEndpoint& destination)
      : DatagramEnd(context.job.probe.family, SOCK_DGRAM, IPPROTO_UDP, context.tallies),
        tally_(context.tally),
        destination_(destination) {}

 private:
  void on_packet(const Datagram&) override {}

  Tally& tally_;
  SocketEndpoint destination_;
};

/// Hears what is sent to all, and does not answer. Whoever derives sets the socket up.
class OneWayReceiver : public DatagramEnd<ProbeEnd> {
 protected:
  explicit OneWayReceiver(const EndContext& context)
      : DatagramEnd(context.job.probe.family, SOCK_DGRAM, IPPROTO_UDP, context.tallies) {}

 private:
  void on_packet(const Datagram& packet) override {
    tallies_.with(packet.bytes, PayloadDirection::request,
                  [](Tally& tally, const PayloadMark& mark) { tally.arrived(mark.sequence); });
  }
};

}  // namespace useipsec
