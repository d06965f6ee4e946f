#include <linux/icmp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>

#include <array>

#include "forge/checksum.h"
#include "probe/datagram_end.h"

namespace useipsec {

namespace {

constexpr std::size_t header_size = 8;  // type, code, checksum, identifier, sequence (RFC 792, RFC 4443)

struct EchoTypes {
  std::uint8_t request, reply;
};

EchoTypes echo_types(Family family) {
  return family == Family::v4 ? EchoTypes{ICMP_ECHO, ICMP_ECHOREPLY} : EchoTypes{ICMP6_ECHO_REQUEST, ICMP6_ECHO_REPLY};
}

void put16(std::string& bytes, std::size_t at, std::uint16_t value) {
  bytes[at] = static_cast<char>(value >> 8U);
  bytes[at + 1] = static_cast<char>(value & 0xffU);
}

std::string echo_request(Family family, std::uint16_t identifier, std::uint32_t sequence, std::string_view payload) {
  std::string bytes(header_size, '\0');
  bytes[0] = static_cast<char>(echo_types(family).request);
  put16(bytes, 4, identifier);
  put16(bytes, 6, static_cast<std::uint16_t>(sequence));
  bytes += payload;
  // For ICMPv6 the kernel does it, since the sum covers the addresses.
  if (family == Family::v4) put16(bytes, 2, internet_checksum(octets_of(bytes)));
  return bytes;
}

/// The ICMP message of a raw socket's packet: IPv4 hands the IP header along, IPv6 does not.
std::string_view icmp_message(Family family, std::string_view bytes) {
  if (family == Family::v6 || bytes.empty()) return bytes;
  const auto header = static_cast<std::size_t>(static_cast<std::uint8_t>(bytes[0]) & 0x0fU) * 4;
  return bytes.size() < header ? std::string_view() : bytes.substr(header);
}

/// Lets one type through.
void filter_type(DatagramSocket& socket, std::uint8_t type) {
  if (socket.family() == Family::v4) {
    const icmp_filter filter{.data = ~(1U << type)};
    socket.set(SOL_RAW, ICMP_FILTER, &filter, sizeof(filter), "ICMP_FILTER");
    return;
  }
  icmp6_filter filter{};
  ICMP6_FILTER_SETBLOCKALL(&filter);
  ICMP6_FILTER_SETPASS(type, &filter);
  socket.set(IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof(filter), "ICMP6_FILTER");
}

/// Raw sockets of both sides: one echo type in, errors about packets that carry a token of ours.
template <class Base>
class IcmpEnd : public DatagramEnd<Base> {
 public:
  IcmpEnd(const EndContext& context, std::uint8_t type)
      : DatagramEnd<Base>(context.job.probe.family, SOCK_RAW,
                          context.job.probe.family == Family::v4 ? int{IPPROTO_ICMP} : int{IPPROTO_ICMPV6},
                          context.tallies),
        type_(type) {
    filter_type(this->socket_, type);
  }

 protected:
  void on_packet(const Datagram& packet) override {
    const auto message = icmp_message(this->socket_.family(), packet.bytes);
    if (message.size() < header_size || static_cast<std::uint8_t>(message[0]) != type_) return;
    // An echo reply carries the request's own payload (RFC 792), so both are marked as requests.
    this->tallies_.with(message.substr(header_size), PayloadDirection::request,
                        [this](Tally& tally, const PayloadMark& mark) { on_echo(tally, mark); });
  }
  virtual void on_echo(Tally& tally, const PayloadMark& mark) = 0;

 private:
  std::uint8_t type_;
};

class IcmpSender : public IcmpEnd<Sender> {
 public:
  IcmpSender(const EndContext& context, std::uint16_t identifier)
      : IcmpEnd(context, echo_types(context.job.probe.family).reply), tally_(context.tally), identifier_(identifier) {
    const unsigned interface = interface_index(context.job.ends.from_interface);
    destination_ = {.address = context.job.ends.destination, .interface_index = interface};
    if (!context.job.ends.source.is_any())
      socket_.bind({.address = context.job.ends.source, .interface_index = interface});
  }

  void send(std::uint32_t sequence) override {
    const auto payload = make_payload({.token = tally_.token(), .sequence = sequence}, tally_.size());
    const int code = socket_.send(echo_request(socket_.family(), identifier_, sequence, payload), destination_);
    if (code == 0) {
      tally_.sent(sequence);
    } else {
      tally_.not_sent(sequence, "sendto", code);
    }
  }

 private:
  void on_echo(Tally& tally, const PayloadMark& mark) override {
    if (&tally == &tally_) tally.answer_arrived(mark.sequence);
  }

  void on_error(const QueuedError& error) override {
    // Only our own requests: another sender of this node hears of its own. Routers may quote no more than 8 bytes
    // (RFC 792): then the identifier is all there is.
    const auto quoted = error.quoted;
    if (quoted.size() < header_size || static_cast<std::uint8_t>(quoted[0]) != echo_types(socket_.family()).request)
      return;
    const auto half = [quoted](std::size_t at) {
      return static_cast<std::uint16_t>((static_cast<std::uint8_t>(quoted[at]) << 8U) |
                                        static_cast<std::uint8_t>(quoted[at + 1]));
    };
    if (half(4) != identifier_) return;
    const auto mark = read_mark(quoted.substr(header_size));
    if (mark && mark->token != tally_.token()) return;
    tally_.error({.sequence = mark ? mark->sequence : half(6)}, error.text);
  }

  Tally& tally_;
  std::uint16_t identifier_;
  SocketEndpoint destination_;
};

class IcmpReceiver : public IcmpEnd<ProbeEnd> {
 public:
  explicit IcmpReceiver(const EndContext& context) : IcmpEnd(context, echo_types(context.job.probe.family).request) {}

 private:
  void on_echo(Tally& tally, const PayloadMark& mark) override {
    tally.arrived(mark.sequence);
    tally.answered(mark.sequence);
  }

  void on_error(const QueuedError& error) override {
    if (error.quoted.size() < header_size ||
        static_cast<std::uint8_t>(error.quoted[0]) != echo_types(socket_.family()).reply)
      return;
    auto mark = read_mark(error.quoted.substr(header_size));
    if (!mark) return;
    mark->direction = PayloadDirection::answer;
    tallies_.note_error(*mark, error.text);
  }
};

}  // namespace

std::unique_ptr<Sender> make_icmp_sender(const EndContext& context, std::uint16_t identifier) {
  return std::make_unique<IcmpSender>(context, identifier);
}

std::unique_ptr<ProbeEnd> make_icmp_receiver(const EndContext& context) {
  return std::make_unique<IcmpReceiver>(context);
}

}  // namespace useipsec
