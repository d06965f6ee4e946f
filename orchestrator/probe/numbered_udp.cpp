#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/udp.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/error.h"
#include "forge/checksum.h"
#include "probe/datagram_end.h"

namespace useipsec {

namespace {

/// What the kernel would send from to there.
SocketEndpoint local_end_towards(const SocketEndpoint& destination) {
  UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDP));
  const SocketAddress to(destination);
  SocketAddress own;
  if (!fd || ::connect(fd.get(), to.get(), to.length) != 0 || ::getsockname(fd.get(), own.get(), &own.length) != 0)
    throw system_error(errno, "looking for the address to send from");
  return {.address = own.endpoint().address};
}

std::uint16_t local_port(int fd) {
  SocketAddress own;
  if (::getsockname(fd, own.get(), &own.length) != 0) throw system_error(errno, "getsockname");
  return own.endpoint().port;
}

template <class Header>
std::string bytes_of(const Header& header) {
  return {reinterpret_cast<const char*>(&header), sizeof header};
}

in_addr_t number_of(const Address& address) {
  in_addr_t number = 0;
  std::memcpy(&number, address.bytes().data(), sizeof number);
  return number;
}

class NumberedUdpSender : public DatagramEnd<Sender> {
 public:
  explicit NumberedUdpSender(const EndContext& context)
      : DatagramEnd(Family::v4, SOCK_DGRAM, IPPROTO_UDP, context.tallies),
        tally_(context.tally),
        probe_(context.job.probe),
        raw_(Family::v4, SOCK_RAW, IPPROTO_RAW) {
    destination_ = {.address = context.job.ends.destination, .port = probe_.port};
    source_ = context.job.ends.source.is_any() ? local_end_towards(destination_)
                                               : SocketEndpoint{.address = context.job.ends.source};
    socket_.bind(source_);
    source_.port = local_port(socket_.fd());
  }

  void send(std::uint32_t sequence) override {
    const auto payload = make_payload({.token = tally_.token(), .sequence = sequence}, tally_.size());
    const int code = raw_.send(packet(sequence, payload), destination_);
    if (code == 0) {
      tally_.sent(sequence);
    } else {
      tally_.not_sent(sequence, "sendto", code);
    }
  }

 private:
  void on_packet(const Datagram& packet) override {
    tallies_.with(packet.bytes, PayloadDirection::answer,
                  [](Tally& tally, const PayloadMark& mark) { tally.answer_arrived(mark.sequence); });
  }

  /// With its headers; the kernel fills in length and checksum of IP's.
  std::string packet(std::uint32_t sequence, const std::string& payload) const {
    iphdr ip{};
    ip.version = 4;
    ip.ihl = 5;
    ip.id = htons(static_cast<std::uint16_t>(*probe_.identification + sequence - 1));
    ip.ttl = 64;
    ip.protocol = IPPROTO_UDP;
    ip.saddr = number_of(source_.address);
    ip.daddr = number_of(destination_.address);
    udphdr udp{};
    udp.source = htons(source_.port);
    udp.dest = htons(destination_.port);
    udp.len = htons(static_cast<std::uint16_t>(sizeof udp + payload.size()));
    if (probe_.checksum) {
      const auto datagram = bytes_of(udp) + payload;
      const auto sum = transport_checksum(source_.address, destination_.address, IPPROTO_UDP, octets_of(datagram));
      udp.check = htons(sum == 0 ? 0xffff : sum);  // RFC 768
    }
    return bytes_of(ip) + bytes_of(udp) + payload;
  }

  Tally& tally_;
  Probe probe_;
  DatagramSocket raw_;
  SocketEndpoint source_, destination_;
};

}  // namespace

std::unique_ptr<Sender> make_numbered_udp_sender(const EndContext& context) {
  return std::make_unique<NumberedUdpSender>(context);
}

}  // namespace useipsec
