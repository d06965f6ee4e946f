#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <vector>

#include "probe/endpoint.h"
#include "probe/ends.h"
#include "probe/stream_tally.h"

namespace useipsec {

namespace {

constexpr int sctp_no_delay = 3;  // SCTP_NODELAY, linux/sctp.h

int protocol_of(const Probe& probe) { return probe.kind == ProbeKind::sctp ? IPPROTO_SCTP : IPPROTO_TCP; }

/// Each record leaves when it is written, as the pace says.
void send_at_once(int fd, const Probe& probe) {
  const int on = 1;
  ::setsockopt(fd, protocol_of(probe), probe.kind == ProbeKind::sctp ? sctp_no_delay : TCP_NODELAY, &on, sizeof(on));
}

UniqueFd open_socket(const Probe& probe) {
  UniqueFd fd = open_stream(probe.family, protocol_of(probe));
  send_at_once(fd.get(), probe);
  return fd;
}

class StreamSender : public Sender {
 public:
  explicit StreamSender(const EndContext& context)
      : tally_(context.tally), tallies_(context.tallies), continues_(context.job.probe.continues) {
    if (context.held != nullptr) {
      fd_ = std::move(context.held->client);
      connecting_ = context.held->connecting;
      return;
    }
    fd_ = open_socket(context.job.probe);
    const unsigned interface = interface_index(context.job.ends.from_interface);
    destination_ = {
        .address = context.job.ends.destination, .port = context.job.probe.port, .interface_index = interface};
    if (!context.job.probe.bind.empty())
      bind_addresses(fd_.get(), context.job.probe.bind);
    else if (!context.job.ends.source.is_any())
      bind_stream(fd_.get(), {.address = context.job.ends.source, .interface_index = interface});
  }

  void start(Loop& loop) override {
    if (!continues_.empty()) {
      if (!fd_) return note_lost();
    } else {
      const SocketAddress address(destination_);
      if (::connect(fd_.get(), address.get(), address.length) != 0) {
        const int code = errno;
        if (code != EINPROGRESS) return note_broken(tally_, "connect", code);
      }
    }
    connection_ = std::make_unique<StreamConnection>(
        loop, std::move(fd_), connecting_,
        StreamConnection::Events{
            .line = [this](std::string_view line) { on_line(line); },
            .broken = [this](std::string_view call, int code) { note_broken(tally_, call, code); }});
  }

  void drain() override {
    if (connection_) connection_->drain();
  }

  bool at_rest() override { return !connection_ || connection_->at_rest(); }
  bool is_ended() override { return !connection_ || connection_->is_ended(); }

  void send(std::uint32_t sequence) override {
    if (connection_) {
      connection_->write(record_line(tally_, sequence, PayloadDirection::request),
                         [this, sequence] { tally_.sent(sequence); });
    }
  }

  void window_ended() override { note_unmade(tally_, connection_.get()); }

  void hand_over(HeldConnection& held) override {
    if (!connection_) return;
    held.connecting = connection_->connecting();
    held.client = connection_->release();
  }

 private:
  void note_lost() {
    tally_.error(fmt::format("the connection of the probe {} is gone", continues_));
    tally_.give_up();
  }

  void on_line(std::string_view line) {
    tallies_.with(line, PayloadDirection::answer,
                  [](Tally& tally, const PayloadMark& mark) { tally.answer_arrived(mark.sequence); });
  }

  Tally& tally_;
  Tallies& tallies_;
  std::string continues_;  ///< a probe; empty: it connects
  UniqueFd fd_;
  bool connecting_ = true;
  SocketEndpoint destination_;
  std::unique_ptr<StreamConnection> connection_;
};

class StreamReceiver : public ProbeEnd {
 public:
  explicit StreamReceiver(const EndContext& context) : tallies_(context.tallies), probe_(context.job.probe) {
    if (context.held != nullptr) {
      taken_over_ = std::move(context.held->served);
      return;
    }
    fd_ = open_socket(probe_);
    listen_at(fd_.get(), {.address = Address::any(probe_.family), .port = probe_.port});
  }

  void start(Loop& loop) override {
    loop_ = &loop;
    for (auto& fd : taken_over_) serve(std::move(fd));
    if (fd_) watch_ = loop.watch_readable(fd_.get(), [this] { accept_all(); });
  }

  void drain() override {
    if (fd_) accept_all();
    for (std::size_t index = 0; index < connections_.size(); ++index) connections_[index]->drain();
  }

  bool at_rest() override {
    return std::all_of(connections_.begin(), connections_.end(), [](auto& each) { return each->at_rest(); });
  }

  void hand_over(HeldConnection& held) override {
    for (auto& connection : connections_)
      if (auto fd = connection->release()) held.served.push_back(std::move(fd));
  }

 private:
  void accept_all() {
    for (;;) {
      UniqueFd fd(::accept4(fd_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (!fd) return;
      send_at_once(fd.get(), probe_);
      serve(std::move(fd));
    }
  }

  void serve(UniqueFd fd) {
    const auto index = connections_.size();
    connections_.push_back(std::make_unique<StreamConnection>(
        *loop_, std::move(fd), false,
        StreamConnection::Events{.line = [this, index](std::string_view line) { on_line(*connections_[index], line); },
                                 .broken = [](std::string_view, int) {}}));
  }

  void on_line(StreamConnection& connection, std::string_view line) {
    tallies_.with(line, PayloadDirection::request, [&](Tally& tally, const PayloadMark& mark) {
      tally.arrived(mark.sequence);
      connection.write(record_line(tally, mark.sequence, PayloadDirection::answer),
                       [&tally, sequence = mark.sequence] { tally.answered(sequence); });
    });
  }

  Tallies& tallies_;
  Probe probe_;
  Loop* loop_ = nullptr;
  UniqueFd fd_;  ///< listens; empty where it goes on with what another accepted
  std::vector<UniqueFd> taken_over_;
  std::vector<std::unique_ptr<StreamConnection>> connections_;
  Watch watch_;  // last: goes before the descriptor
};

}  // namespace

std::unique_ptr<Sender> make_stream_sender(const EndContext& context) {
  return std::make_unique<StreamSender>(context);
}

std::unique_ptr<ProbeEnd> make_stream_receiver(const EndContext& context) {
  return std::make_unique<StreamReceiver>(context);
}

}  // namespace useipsec
