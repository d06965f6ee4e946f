#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <cerrno>
#include <vector>

#include "base/error.h"
#include "probe/endpoint.h"
#include "probe/ends.h"
#include "probe/tcp_connection.h"

namespace useipsec {

namespace {

UniqueFd open_socket(Family family) {
  UniqueFd fd(::socket(socket_family(family), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
  const int code = errno;
  if (!fd) throw system_error(code, "socket");
  const int on = 1;
  // Each record leaves when it is written, as the pace says.
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return fd;
}

void bind_socket(int fd, const Endpoint& local) {
  const SocketAddress address(local);
  if (::bind(fd, address.get(), address.length) == 0) return;
  const int code = errno;
  throw system_error(code, fmt::format("bind {} port {}", local.address.str(), local.port));
}

/// A record is a line: the payload, one byte shorter for the line's end.
std::string record_line(const Tally& tally, std::uint32_t sequence, PayloadDirection direction) {
  return make_payload({.token = tally.token(), .sequence = sequence, .direction = direction}, tally.size());
}

class TcpSender : public Sender {
 public:
  explicit TcpSender(const EndContext& context)
      : tally_(context.tally), tallies_(context.tallies), fd_(open_socket(context.job.probe.family)) {
    const unsigned interface = interface_index(context.job.ends.from_interface);
    destination_ = {
        .address = context.job.ends.destination, .port = context.job.probe.port, .interface_index = interface};
    if (!context.job.ends.source.is_any())
      bind_socket(fd_.get(), {.address = context.job.ends.source, .interface_index = interface});
  }

  void start(Loop& loop) override {
    const SocketAddress address(destination_);
    if (::connect(fd_.get(), address.get(), address.length) != 0) {
      const int code = errno;
      if (code != EINPROGRESS) return broken("connect", code);
    }
    connection_ = std::make_unique<TcpConnection>(
        loop, std::move(fd_), true,
        TcpConnection::Events{.line = [this](std::string_view line) { on_line(line); },
                              .broken = [this](std::string_view call, int code) { broken(call, code); }});
  }

  void drain() override {
    if (connection_) connection_->drain();
  }

  void send(std::uint32_t sequence) override {
    if (connection_) {
      connection_->write(record_line(tally_, sequence, PayloadDirection::request),
                         [this, sequence] { tally_.sent(sequence); });
    }
  }

  void window_ended() override {
    if (!connection_ || !connection_->connecting()) return;
    const int code = connection_->standing_error();
    tally_.error(code != 0 ? system_error(code, "connect").what()
                           : "connect: no answer within the window (EINPROGRESS)");
  }

 private:
  void on_line(std::string_view line) {
    tallies_.with(line, PayloadDirection::answer,
                  [](Tally& tally, const PayloadMark& mark) { tally.answer_arrived(mark.sequence); });
  }

  void broken(std::string_view call, int code) {
    tally_.error(code == 0 ? fmt::format("{}: closed by the other side", call)
                           : std::string(system_error(code, call).what()));
    tally_.give_up();
  }

  Tally& tally_;
  Tallies& tallies_;
  UniqueFd fd_;
  Endpoint destination_;
  std::unique_ptr<TcpConnection> connection_;
};

class TcpReceiver : public ProbeEnd {
 public:
  explicit TcpReceiver(const EndContext& context)
      : tallies_(context.tallies), fd_(open_socket(context.job.probe.family)) {
    const int on = 1;
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (context.job.probe.family == Family::v6) ::setsockopt(fd_.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
    bind_socket(fd_.get(), {.address = Address::any(context.job.probe.family), .port = context.job.probe.port});
    constexpr int backlog = 64;
    if (::listen(fd_.get(), backlog) == 0) return;
    const int code = errno;
    throw system_error(code, "listen");
  }

  void start(Loop& loop) override {
    loop_ = &loop;
    watch_ = loop.watch_readable(fd_.get(), [this] { accept_all(); });
  }

  void drain() override {
    accept_all();
    for (std::size_t index = 0; index < connections_.size(); ++index) connections_[index]->drain();
  }

 private:
  void accept_all() {
    for (;;) {
      UniqueFd fd(::accept4(fd_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (!fd) return;
      const int on = 1;
      ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
      const auto index = connections_.size();
      connections_.push_back(std::make_unique<TcpConnection>(
          *loop_, std::move(fd), false,
          TcpConnection::Events{.line = [this, index](std::string_view line) { on_line(*connections_[index], line); },
                                .broken = [](std::string_view, int) {}}));
    }
  }

  void on_line(TcpConnection& connection, std::string_view line) {
    tallies_.with(line, PayloadDirection::request, [&](Tally& tally, const PayloadMark& mark) {
      tally.arrived(mark.sequence);
      connection.write(record_line(tally, mark.sequence, PayloadDirection::answer),
                       [&tally, sequence = mark.sequence] { tally.answered(sequence); });
    });
  }

  Tallies& tallies_;
  Loop* loop_ = nullptr;
  UniqueFd fd_;
  std::vector<std::unique_ptr<TcpConnection>> connections_;
  Watch watch_;  // last: goes before the descriptor
};

}  // namespace

std::unique_ptr<Sender> make_tcp_sender(const EndContext& context) { return std::make_unique<TcpSender>(context); }

std::unique_ptr<ProbeEnd> make_tcp_receiver(const EndContext& context) {
  return std::make_unique<TcpReceiver>(context);
}

}  // namespace useipsec
