#include <netinet/in.h>

#include <array>

#include "probe/datagram_end.h"

namespace useipsec {

namespace {

/// RFC 768: a checksum of zero means that the sender made none. IPv6 has no such thing (RFC 8200 section 8.1).
void leave_checksum_out(DatagramSocket& socket, const EndContext& context) {
  if (!context.job.probe.checksum) socket.set(SOL_SOCKET, SO_NO_CHECK, 1, "SO_NO_CHECK");
}

/// RFC 2113: routers are asked to look at the packet, value 0.
void ask_routers_to_look(DatagramSocket& socket, const EndContext& context) {
  constexpr std::array<std::uint8_t, 4> router_alert{148, 4, 0, 0};
  if (context.job.probe.router_alert)
    socket.set(IPPROTO_IP, IP_OPTIONS, router_alert.data(), router_alert.size(), "IP_OPTIONS");
}

class UdpSender : public DatagramEnd<Sender> {
 public:
  explicit UdpSender(const EndContext& context)
      : DatagramEnd(context.job.probe.family, SOCK_DGRAM, IPPROTO_UDP, context.tallies), tally_(context.tally) {
    leave_checksum_out(socket_, context);
    ask_routers_to_look(socket_, context);
    const unsigned interface = interface_index(context.job.ends.from_interface);
    destination_ = {
        .address = context.job.ends.destination, .port = context.job.probe.port, .interface_index = interface};
    if (!context.job.ends.source.is_any())
      socket_.bind({.address = context.job.ends.source, .interface_index = interface});
  }

  void send(std::uint32_t sequence) override { send_request(socket_, tally_, sequence, destination_); }

 private:
  // The socket is not connected: behind a 1:1 NAT or a wrong one the answer may come from another address.
  void on_packet(const Datagram& packet) override {
    tallies_.with(packet.bytes, PayloadDirection::answer,
                  [](Tally& tally, const PayloadMark& mark) { tally.answer_arrived(mark.sequence); });
  }

  Tally& tally_;
  SocketEndpoint destination_;
};

class UdpReceiver : public DatagramEnd<ProbeEnd> {
 public:
  explicit UdpReceiver(const EndContext& context)
      : DatagramEnd(context.job.probe.family, SOCK_DGRAM, IPPROTO_UDP, context.tallies) {
    leave_checksum_out(socket_, context);
    // Beside a multicast receiver of the same port, which is bound to its group.
    socket_.set(SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR");
    socket_.bind({.address = Address::any(context.job.probe.family), .port = listening_port(context.job.probe)});
  }

 private:
  void on_packet(const Datagram& packet) override {
    tallies_.with(packet.bytes, PayloadDirection::request, [&](Tally& tally, const PayloadMark& mark) {
      tally.arrived(mark.sequence);
      if (!tally.has_answers()) return;
      PayloadMark answer = mark;
      answer.direction = PayloadDirection::answer;
      const int code = socket_.send(make_payload(answer, tally.size()), packet.from, &packet.to);
      if (code == 0) {
        tally.answered(mark.sequence);
      } else {
        tally.not_answered(mark.sequence, "sendto", code);
      }
    });
  }
};

}  // namespace

std::unique_ptr<Sender> make_udp_sender(const EndContext& context) { return std::make_unique<UdpSender>(context); }

std::unique_ptr<ProbeEnd> make_udp_receiver(const EndContext& context) {
  return std::make_unique<UdpReceiver>(context);
}

}  // namespace useipsec
