#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <vector>

#include "base/error.h"
#include "probe/ends.h"
#include "probe/ftp_command.h"
#include "probe/stream_tally.h"

namespace useipsec {

namespace {

// Of FTP's commands USER, PORT, PASV and RETR are enough: PORT says where the answer to RETR is wanted, the reply to
// PASV where it is to be fetched. Linux's gateway looks at no line but those after another
// (net/netfilter/nf_conntrack_ftp.c, find_nl_seq).

SocketEndpoint local_end(int fd) {
  SocketAddress own;
  if (::getsockname(fd, own.get(), &own.length) != 0) throw system_error(errno, "getsockname");
  return own.endpoint();
}

std::string_view without_return(std::string_view line) {
  return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
}

using Connections = std::vector<std::unique_ptr<StreamConnection>>;

bool are_at_rest(const Connections& connections) {
  return std::all_of(connections.begin(), connections.end(), [](auto& each) { return each->at_rest(); });
}

bool are_ended(const Connections& connections) {
  return std::all_of(connections.begin(), connections.end(), [](auto& each) { return each->is_ended(); });
}

/// Goes on to the next command when the last was answered, so that each is at the beginning of a segment, where
/// gateways look for it.
class FtpSender : public Sender {
 public:
  explicit FtpSender(const EndContext& context)
      : tally_(context.tally),
        tallies_(context.tallies),
        run_in_node_(context.run_in_node),
        node_(context.job.probe.from),
        passive_(context.job.probe.passive),
        control_fd_(open_stream(Family::v4, IPPROTO_TCP)),
        data_fd_(open_stream(Family::v4, IPPROTO_TCP)) {
    destination_ = {.address = context.job.ends.destination, .port = context.job.probe.port};
    if (!context.job.ends.source.is_any()) bind_stream(control_fd_.get(), {.address = context.job.ends.source});
    listen_at(data_fd_.get(), {.address = Address::any(Family::v4)});
  }

  void start(Loop& loop) override {
    loop_ = &loop;
    watch_ = loop.watch_readable(data_fd_.get(), [this] { accept_all(); });
    const SocketAddress address(destination_);
    if (::connect(control_fd_.get(), address.get(), address.length) != 0) {
      const int code = errno;
      if (code != EINPROGRESS) return note_broken(tally_, "connect", code);
    }
    // What it sends from is known by now: connect() has chosen it.
    own_ = {.address = local_end(control_fd_.get()).address, .port = local_end(data_fd_.get()).port};
    control_ = std::make_unique<StreamConnection>(
        loop, std::move(control_fd_), true,
        StreamConnection::Events{
            .line = [this](std::string_view line) { on_reply(without_return(line)); },
            .broken = [this](std::string_view call, int code) { note_broken(tally_, call, code); }});
    control_->write("USER anonymous\r", [] {});
  }

  void drain() override {
    if (control_) control_->drain();
    accept_all();
    for (std::size_t index = 0; index < data_.size(); ++index) data_[index]->drain();
  }

  bool at_rest() override { return (!control_ || control_->at_rest()) && are_at_rest(data_); }
  bool is_ended() override { return (!control_ || control_->is_ended()) && are_ended(data_); }

  void send(std::uint32_t sequence) override {
    wanted_.push_back(sequence);
    if (wanted_.size() == 1) ask();
  }

  void window_ended() override { note_unmade(tally_, control_.get()); }

 private:
  void ask() {
    if (control_ && logged_in_ && !wanted_.empty())
      control_->write((passive_ ? "PASV" : port_command(own_)) + '\r', [] {});
  }

  /// 230: USER was enough; 200: PORT was understood, or 227: PASV; 150: RETR was, and the answer is on its way or not.
  void on_reply(std::string_view line) {
    if (line.starts_with("230")) {
      logged_in_ = true;
      return ask();
    }
    if (wanted_.empty()) return;
    const auto sequence = wanted_.front();
    const auto fetched_at = read_passive_reply(line);
    if (fetched_at) fetch(*fetched_at);
    if (fetched_at || line.starts_with("200")) {
      control_->write("RETR " + record_line(tally_, sequence, PayloadDirection::request) + '\r',
                      [this, sequence] { tally_.sent(sequence); });
    } else if (line.starts_with("150")) {
      wanted_.pop_front();
      ask();
    } else {
      tally_.error(fmt::format("the server said \"{}\"", line));
    }
  }

  void accept_all() {
    for (;;) {
      UniqueFd fd(::accept4(data_fd_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (!fd) return;
      add_data(std::move(fd), false);
    }
  }

  /// Connects to where the server has the answer.
  void fetch(const SocketEndpoint& from) {
    UniqueFd fd;
    run_in_node_(node_, [&] { fd = open_stream(Family::v4, IPPROTO_TCP); });
    const SocketAddress address(from);
    if (::connect(fd.get(), address.get(), address.length) != 0) {
      const int code = errno;
      if (code != EINPROGRESS) return note_broken(tally_, "connect", code);
    }
    add_data(std::move(fd), true);
  }

  void add_data(UniqueFd fd, bool connecting) {
    data_.push_back(std::make_unique<StreamConnection>(
        *loop_, std::move(fd), connecting,
        StreamConnection::Events{.line = [this](std::string_view line) { on_answer(line); },
                                 .broken = [](std::string_view, int) {}}));
  }

  void on_answer(std::string_view line) {
    tallies_.with(line, PayloadDirection::answer,
                  [](Tally& tally, const PayloadMark& mark) { tally.answer_arrived(mark.sequence); });
  }

  Tally& tally_;
  Tallies& tallies_;
  const RunInNode& run_in_node_;
  std::string node_;
  bool passive_;
  Loop* loop_ = nullptr;
  UniqueFd control_fd_, data_fd_;
  SocketEndpoint destination_, own_;
  std::unique_ptr<StreamConnection> control_;
  bool logged_in_ = false;
  std::deque<std::uint32_t> wanted_;
  Connections data_;
  Watch watch_;  // last: goes before the descriptors
};

class FtpReceiver : public ProbeEnd {
 public:
  explicit FtpReceiver(const EndContext& context)
      : tallies_(context.tallies),
        run_in_node_(context.run_in_node),
        node_(context.job.probe.to),
        fd_(open_stream(Family::v4, IPPROTO_TCP)),
        passive_fd_(open_stream(Family::v4, IPPROTO_TCP)) {
    listen_at(fd_.get(), {.address = Address::any(Family::v4), .port = context.job.probe.port});
    listen_at(passive_fd_.get(), {.address = Address::any(Family::v4)});
  }

  void start(Loop& loop) override {
    loop_ = &loop;
    watch_ = loop.watch_readable(fd_.get(), [this] { accept_all(); });
    passive_watch_ = loop.watch_readable(passive_fd_.get(), [this] { accept_passive(); });
  }

  void drain() override {
    accept_all();
    accept_passive();
    for (std::size_t index = 0; index < sessions_.size(); ++index) sessions_[index].control->drain();
    for (std::size_t index = 0; index < data_.size(); ++index)
      if (data_[index]) data_[index]->drain();
  }

  bool at_rest() override {
    return are_at_rest(data_) &&
           std::all_of(sessions_.begin(), sessions_.end(), [](auto& each) { return each.control->at_rest(); });
  }

 private:
  struct Session {
    std::unique_ptr<StreamConnection> control;
    Address own;  ///< as the client has called it
    std::optional<SocketEndpoint>
        data_port;  ///< as PORT named it; nothing: the client fetches its answers, or has not said
    bool passive = false;
  };
  struct Answer {
    Tally& tally;
    std::uint32_t sequence;
  };

  void accept_all() {
    for (;;) {
      UniqueFd fd(::accept4(fd_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (!fd) return;
      const auto index = sessions_.size();
      const auto own = local_end(fd.get()).address;
      sessions_.push_back(
          {std::make_unique<StreamConnection>(
               *loop_, std::move(fd), false,
               StreamConnection::Events{
                   .line = [this, index](std::string_view line) { on_command(index, without_return(line)); },
                   .broken = [](std::string_view, int) {}}),
           own, std::nullopt});
    }
  }

  void on_command(std::size_t index, std::string_view line) {
    const auto reply = [&](const std::string& text) { sessions_[index].control->write(text + '\r', [] {}); };
    auto& session = sessions_[index];
    if (auto port = read_port_command(line)) {
      session.data_port = port;
      session.passive = false;
      return reply("200 PORT");
    }
    if (line == "PASV") {
      session.passive = true;
      return reply(passive_reply({.address = session.own, .port = local_end(passive_fd_.get()).port}));
    }
    if (line.starts_with("USER ")) return reply("230 logged in");
    if (!line.starts_with("RETR ")) return reply("500 no such command");
    line.remove_prefix(5);
    tallies_.with(line, PayloadDirection::request, [&](Tally& tally, const PayloadMark& mark) {
      tally.arrived(mark.sequence);
      if (session.passive) {
        waiting_.push_back({tally, mark.sequence});
        hand_out();
      } else if (session.data_port) {
        call_back(*session.data_port, tally, mark);
      }
    });
    reply("150 RETR");
  }

  void accept_passive() {
    for (;;) {
      UniqueFd fd(::accept4(passive_fd_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (!fd) return;
      idle_.push_back(data_.size());
      data_.push_back(std::make_unique<StreamConnection>(
          *loop_, std::move(fd), false,
          StreamConnection::Events{.line = [](std::string_view) {}, .broken = [](std::string_view, int) {}}));
      hand_out();
    }
  }

  /// A client connects and asks on two connections: either may be first.
  void hand_out() {
    for (; !waiting_.empty() && !idle_.empty(); waiting_.pop_front(), idle_.pop_front()) {
      auto& [tally, sequence] = waiting_.front();
      data_[idle_.front()]->write(record_line(tally, sequence, PayloadDirection::answer),
                                  [&tally = tally, sequence = sequence] { tally.answered(sequence); });
    }
  }

  void call_back(const SocketEndpoint& to, Tally& tally, const PayloadMark& mark) {
    UniqueFd fd;
    run_in_node_(node_, [&] { fd = open_stream(Family::v4, IPPROTO_TCP); });
    const SocketAddress address(to);
    if (::connect(fd.get(), address.get(), address.length) != 0) {
      const int code = errno;
      if (code != EINPROGRESS)
        return tally.not_answered(mark.sequence, fmt::format("connect to {}", to.address.str()), code);
    }
    const auto sequence = mark.sequence;
    const auto index = data_.size();
    data_.push_back(std::make_unique<StreamConnection>(
        *loop_, std::move(fd), true,
        StreamConnection::Events{.line = [](std::string_view) {},
                                 .broken =
                                     [&tally, sequence, to](std::string_view call, int code) {
                                       if (code != 0)
                                         tally.not_answered(sequence, fmt::format("{} to {}", call, to.address.str()),
                                                            code);
                                     }}));
    data_[index]->write(record_line(tally, sequence, PayloadDirection::answer),
                        [&tally, sequence] { tally.answered(sequence); });
  }

  Tallies& tallies_;
  const RunInNode& run_in_node_;
  std::string node_;
  Loop* loop_ = nullptr;
  UniqueFd fd_, passive_fd_;
  std::vector<Session> sessions_;
  Connections data_;
  std::deque<Answer> waiting_;    ///< to be fetched
  std::deque<std::size_t> idle_;  ///< of data_: those that fetch, without an answer yet
  Watch watch_, passive_watch_;   // last: go before the descriptors
};

}  // namespace

std::unique_ptr<Sender> make_ftp_sender(const EndContext& context) { return std::make_unique<FtpSender>(context); }

std::unique_ptr<ProbeEnd> make_ftp_receiver(const EndContext& context) {
  return std::make_unique<FtpReceiver>(context);
}

}  // namespace useipsec
