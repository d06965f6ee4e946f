#include <netinet/in.h>

#include "probe/datagram_end.h"

namespace useipsec {

namespace {

class BroadcastSender : public DatagramEnd<Sender> {
 public:
  explicit BroadcastSender(const EndContext& context)
      : DatagramEnd(Family::v4, SOCK_DGRAM, IPPROTO_UDP, context.tallies),
        tally_(context.tally),
        destination_{.address = context.job.ends.destination, .port = context.job.probe.port} {
    socket_.set(SOL_SOCKET, SO_BROADCAST, 1, "SO_BROADCAST");
    // The limited broadcast address has no route that says which link is meant.
    const auto& link = context.job.ends.from_interface;
    socket_.set(SOL_SOCKET, SO_BINDTODEVICE, link.c_str(), link.size(), "SO_BINDTODEVICE");
  }

  void send(std::uint32_t sequence) override {
    const int code =
        socket_.send(make_payload({.token = tally_.token(), .sequence = sequence}, tally_.size()), destination_);
    if (code == 0) {
      tally_.sent(sequence);
    } else {
      tally_.not_sent(sequence, "sendto", code);
    }
  }

 private:
  void on_packet(const Datagram&) override {}

  Tally& tally_;
  Endpoint destination_;
};

class BroadcastReceiver : public DatagramEnd<ProbeEnd> {
 public:
  explicit BroadcastReceiver(const EndContext& context)
      : DatagramEnd(Family::v4, SOCK_DGRAM, IPPROTO_UDP, context.tallies) {
    socket_.set(SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR");
    // Bound to the broadcast address, so that it hears nothing else; on another link that is nobody's address.
    const auto& ends = context.job.ends;
    const auto address = ends.to_interface == ends.from_interface ? ends.destination : Address::any(Family::v4);
    socket_.bind({.address = address, .port = context.job.probe.port});
  }

 private:
  void on_packet(const Datagram& packet) override {
    tallies_.with(packet.bytes, PayloadDirection::request,
                  [](Tally& tally, const PayloadMark& mark) { tally.arrived(mark.sequence); });
  }
};

}  // namespace

std::unique_ptr<Sender> make_broadcast_sender(const EndContext& context) {
  return std::make_unique<BroadcastSender>(context);
}

std::unique_ptr<ProbeEnd> make_broadcast_receiver(const EndContext& context) {
  return std::make_unique<BroadcastReceiver>(context);
}

}  // namespace useipsec
