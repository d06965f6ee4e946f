#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <deque>
#include <vector>

#include "base/error.h"
#include "probe/ends.h"
#include "probe/stream_tally.h"

namespace useipsec {

namespace {

// RFC 959: a command is a line that ends in CR LF, an answer begins with three digits. Of its commands USER, PORT and RETR
// are enough: PORT says where the answer to RETR is wanted, and Linux's gateway looks at no line but those after another
// (net/netfilter/nf_conntrack_ftp.c, find_nl_seq).

Endpoint local_end(int fd) {
  SocketAddress own;
  if (::getsockname(fd, own.get(), &own.length) != 0) throw system_error(errno, "getsockname");
  return own.endpoint();
}

/// "PORT 10,1,0,2,130,53": an address and a port, as six numbers of eight bits (section 5.3.2).
std::string port_command(const Endpoint& at) {
  std::string text = "PORT ";
  for (const auto byte : at.address.bytes()) text += fmt::format("{},", byte);
  return text + fmt::format("{},{}", at.port >> 8U, at.port & 0xffU);
}

std::optional<Endpoint> read_port_command(std::string_view line) {
  if (!line.starts_with("PORT ")) return {};
  line.remove_prefix(5);
  std::array<std::uint8_t, 6> numbers{};
  for (std::size_t index = 0; index < numbers.size(); ++index) {
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), numbers.at(index));
    if (error != std::errc{}) return {};
    line.remove_prefix(static_cast<std::size_t>(end - line.data()));
    const bool last = index + 1 == numbers.size();
    if (last ? !line.empty() : !line.starts_with(',')) return {};
    if (!last) line.remove_prefix(1);
  }
  return Endpoint{.address = Address(std::span(numbers).first(4)),
                  .port = static_cast<std::uint16_t>(numbers[4] << 8U | numbers[5])};
}

std::string_view without_return(std::string_view line) {
  return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
}

/// Goes on to the next command when the last was answered, so that each is at the beginning of a segment, where gateways
/// look for it.
class FtpSender : public Sender {
 public:
  explicit FtpSender(const EndContext& context)
      : tally_(context.tally), tallies_(context.tallies), control_fd_(open_stream(Family::v4, IPPROTO_TCP)),
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
        StreamConnection::Events{.line = [this](std::string_view line) { on_reply(without_return(line)); },
                                 .broken = [this](std::string_view call, int code) { note_broken(tally_, call, code); }});
    control_->write("USER anonymous\r", [] {});
  }

  void drain() override {
    if (control_) control_->drain();
    accept_all();
    for (std::size_t index = 0; index < data_.size(); ++index) data_[index]->drain();
  }

  void send(std::uint32_t sequence) override {
    wanted_.push_back(sequence);
    if (wanted_.size() == 1) ask();
  }

  void window_ended() override { note_unmade(tally_, control_.get()); }

 private:
  void ask() {
    if (control_ && logged_in_ && !wanted_.empty()) control_->write(port_command(own_) + '\r', [] {});
  }

  /// 230: USER was enough; 200: PORT was understood; 150: RETR was, and the answer is on its way or not.
  void on_reply(std::string_view line) {
    if (line.starts_with("230")) {
      logged_in_ = true;
      return ask();
    }
    if (wanted_.empty()) return;
    const auto sequence = wanted_.front();
    if (line.starts_with("200")) {
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
      data_.push_back(std::make_unique<StreamConnection>(
          *loop_, std::move(fd), false,
          StreamConnection::Events{.line = [this](std::string_view line) { on_answer(line); },
                                   .broken = [](std::string_view, int) {}}));
    }
  }

  void on_answer(std::string_view line) {
    tallies_.with(line, PayloadDirection::answer,
                  [](Tally& tally, const PayloadMark& mark) { tally.answer_arrived(mark.sequence); });
  }

  Tally& tally_;
  Tallies& tallies_;
  Loop* loop_ = nullptr;
  UniqueFd control_fd_, data_fd_;
  Endpoint destination_, own_;
  std::unique_ptr<StreamConnection> control_;
  bool logged_in_ = false;
  std::deque<std::uint32_t> wanted_;
  std::vector<std::unique_ptr<StreamConnection>> data_;
  Watch watch_;  // last: goes before the descriptors
};

class FtpReceiver : public ProbeEnd {
 public:
  explicit FtpReceiver(const EndContext& context)
      : tallies_(context.tallies), run_in_node_(context.run_in_node), node_(context.job.probe.to),
        fd_(open_stream(Family::v4, IPPROTO_TCP)) {
    listen_at(fd_.get(), {.address = Address::any(Family::v4), .port = context.job.probe.port});
  }

  void start(Loop& loop) override {
    loop_ = &loop;
    watch_ = loop.watch_readable(fd_.get(), [this] { accept_all(); });
  }

  void drain() override {
    accept_all();
    for (std::size_t index = 0; index < sessions_.size(); ++index) sessions_[index].control->drain();
    for (std::size_t index = 0; index < data_.size(); ++index)
      if (data_[index]) data_[index]->drain();
  }

 private:
  struct Session {
    std::unique_ptr<StreamConnection> control;
    std::optional<Endpoint> data_port;  ///< as PORT named it
  };

  void accept_all() {
    for (;;) {
      UniqueFd fd(::accept4(fd_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (!fd) return;
      const auto index = sessions_.size();
      sessions_.push_back({std::make_unique<StreamConnection>(
                               *loop_, std::move(fd), false,
                               StreamConnection::Events{
                                   .line = [this, index](std::string_view line) { on_command(index, without_return(line)); },
                                   .broken = [](std::string_view, int) {}}),
                           std::nullopt});
    }
  }

  void on_command(std::size_t index, std::string_view line) {
    const auto reply = [&](const char* text) { sessions_[index].control->write(std::string(text) + '\r', [] {}); };
    if (auto port = read_port_command(line)) {
      sessions_[index].data_port = port;
      return reply("200 PORT");
    }
    if (line.starts_with("USER ")) return reply("230 logged in");
    if (!line.starts_with("RETR ")) return reply("500 no such command");
    line.remove_prefix(5);
    tallies_.with(line, PayloadDirection::request, [&](Tally& tally, const PayloadMark& mark) {
      tally.arrived(mark.sequence);
      if (sessions_[index].data_port) answer(*sessions_[index].data_port, tally, mark);
    });
    reply("150 RETR");
  }

  void answer(const Endpoint& to, Tally& tally, const PayloadMark& mark) {
    UniqueFd fd;
    run_in_node_(node_, [&] { fd = open_stream(Family::v4, IPPROTO_TCP); });
    const SocketAddress address(to);
    if (::connect(fd.get(), address.get(), address.length) != 0) {
      const int code = errno;
      if (code != EINPROGRESS) return tally.not_answered(mark.sequence, fmt::format("connect to {}", to.address.str()), code);
    }
    const auto sequence = mark.sequence;
    const auto index = data_.size();
    data_.push_back(std::make_unique<StreamConnection>(
        *loop_, std::move(fd), true,
        StreamConnection::Events{.line = [](std::string_view) {},
                                 .broken = [&tally, sequence, to](std::string_view call, int code) {
                                   if (code != 0) tally.not_answered(sequence, fmt::format("{} to {}", call, to.address.str()), code);
                                 }}));
    data_[index]->write(record_line(tally, sequence, PayloadDirection::answer), [&tally, sequence] { tally.answered(sequence); });
  }

  Tallies& tallies_;
  const RunInNode& run_in_node_;
  std::string node_;
  Loop* loop_ = nullptr;
  UniqueFd fd_;
  std::vector<Session> sessions_;
  std::vector<std::unique_ptr<StreamConnection>> data_;
  Watch watch_;  // last: goes before the descriptor
};

}  // namespace

std::unique_ptr<Sender> make_ftp_sender(const EndContext& context) { return std::make_unique<FtpSender>(context); }

std::unique_ptr<ProbeEnd> make_ftp_receiver(const EndContext& context) { return std::make_unique<FtpReceiver>(context); }

}  // namespace useipsec
