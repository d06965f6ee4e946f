#include "probe/probe_runner.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <utility>

#include "base/error.h"
#include "probe/ends.h"

namespace useipsec {

namespace {

using Clock = Loop::Clock;

/// One probe under way.
struct Running {
  const ProbeJob* job = nullptr;
  std::unique_ptr<Tally> tally;
  std::unique_ptr<Sender> sender;
  std::uint32_t next = 1;  ///< the sequence number to send
  Clock::time_point due;   ///< when to send it
  Clock::time_point last_tried;

  bool sending() const { return next <= job->probe.count; }
  Clock::time_point window_end() const {
    return std::max(last_tried, tally->last_sent()) + std::chrono::milliseconds(job->probe.wait_ms);
  }
  Clock::time_point wake() const { return sending() ? due : window_end(); }

  void send_due() {
    if (!sending() || tally->complete() || Clock::now() < due) return;
    last_tried = Clock::now();
    sender->send(next++);
    due = last_tried + std::chrono::milliseconds(job->probe.interval_ms);
  }
};

std::unique_ptr<Sender> make_sender(const EndContext& context, std::uint16_t identifier) {
  if (!context.job.frames.empty()) return make_frame_sender(context);
  switch (context.job.probe.kind) {
    case ProbeKind::icmp:
      return make_icmp_sender(context, identifier);
    case ProbeKind::udp:
      return context.job.probe.identification ? make_numbered_udp_sender(context) : make_udp_sender(context);
    case ProbeKind::tcp:
    case ProbeKind::sctp:
      return make_stream_sender(context);
    case ProbeKind::ftp:
      return make_ftp_sender(context);
    case ProbeKind::multicast:
      return make_multicast_sender(context);
    case ProbeKind::broadcast:
      return make_broadcast_sender(context);
  }
  throw Error("unknown kind of probe");
}

std::unique_ptr<ProbeEnd> make_receiver(const EndContext& context) {
  switch (context.job.probe.kind) {
    case ProbeKind::icmp:
      return make_icmp_receiver(context);
    case ProbeKind::udp:
      return make_udp_receiver(context);
    case ProbeKind::tcp:
    case ProbeKind::sctp:
      return make_stream_receiver(context);
    case ProbeKind::ftp:
      return make_ftp_receiver(context);
    case ProbeKind::multicast:
      return make_multicast_receiver(context);
    case ProbeKind::broadcast:
      return make_broadcast_receiver(context);
  }
  throw Error("unknown kind of probe");
}

/// Probes with the same key share one receiver.
std::string receiver_key(const ProbeJob& job) {
  const auto& probe = job.probe;
  auto key = fmt::format("{}/{}/{}", probe.to, static_cast<int>(probe.kind), static_cast<int>(probe.family));
  if (probe.kind != ProbeKind::icmp) key += fmt::format("/{}", listening_port(probe));
  if (!probe.continues.empty()) key += "/" + probe.continues;  // a connection that is there, not any that comes
  if (!has_answers(probe.kind)) key += fmt::format("/{}/{}", job.ends.destination.str(), job.ends.to_interface);
  return key;
}

void check(const ProbeJob& job, const std::map<std::string, int>& tokens) {
  if (job.token.empty() || job.token.find('/') != std::string::npos)
    throw Error(fmt::format("bad token \"{}\"", job.token));
  if (tokens.at(job.token) > 1) throw Error(fmt::format("token \"{}\" given twice", job.token));
  if (job.probe.count > last_sequence)
    throw Error(fmt::format("{} packets, expected at most {}", job.probe.count, last_sequence));
  if (job.ends.destination.family() != job.probe.family)
    throw Error("the destination is not of the probe's address family");
}

/// What is held while a set of probes runs. The ends go before the tallies they write to.
class ProbeSet {
 public:
  ProbeSet(Loop& loop, const std::function<Moment()>& now, std::map<std::string, HeldConnection>& held)
      : loop_(loop), now_(now), held_(held) {}

  void open(const ProbeJob& job, const RunInNode& run_in_node, std::uint16_t identifier) {
    const auto& probe = job.probe;
    Running running;
    running.job = &job;
    // A record's last byte ends the line.
    const std::size_t size = is_stream(probe.kind) && probe.size > 0 ? probe.size - 1 : probe.size;
    running.tally = std::make_unique<Tally>(probe.name, job.token, probe.count, size, has_answers(probe));
    if (probe.forged) running.tally->count_each_arrival();
    tallies_.add(*running.tally);
    const EndContext context{job, *running.tally, tallies_, run_in_node,
                             probe.continues.empty() ? nullptr : &held_[probe.continues]};
    auto& receiver = receivers_[receiver_key(job)];
    if (!receiver)
      in_context(fmt::format("receiver on {}", probe.to), [&] {
        run_in_node(probe.to, [&] { receiver = make_receiver(context); });
        receiver->start(loop_);
      });
    in_context(fmt::format("sender on {}", probe.from),
               [&] { run_in_node(probe.from, [&] { running.sender = make_sender(context, identifier); }); });
    running_.push_back(std::move(running));
  }

  void run() {
    for (auto& running : running_) {
      running.tally->record().began = now_();
      running.due = running.last_tried = Clock::now();
      running.sender->start(loop_);
    }
    for (;;) {
      for (auto& running : running_) running.send_due();
      close_finished();
      const auto wake = next_wake();
      if (!wake) return;
      const auto result = loop_.wait([this] { return any_complete() ? Tri::holds : Tri::not_yet; }, *wake);
      if (result == WaitResult::interrupted) return close_all();
    }
  }

  /// Keeps the connections that a later probe goes on with.
  void hand_over() {
    for (auto& running : running_) {
      if (!running.job->keep) continue;
      auto& held = held_[running.job->probe.name] = {};
      running.sender->hand_over(held);
      receivers_.at(receiver_key(*running.job))->hand_over(held);
    }
  }

  /// Ends the connections so that nothing of them is on its way any more. A socket that is closed while the other
  /// side's last segment is still coming answers that with a reset, which the next probe's captures would show. Where a
  /// side cannot be reached, only so long as a window is.
  void part() {
    poll([this] {
      const auto sender_rests = [](Running& each) { return each.sender->at_rest(); };
      return std::all_of(running_.begin(), running_.end(), sender_rests) &&
             std::all_of(receivers_.begin(), receivers_.end(), [](auto& each) { return each.second->at_rest(); });
    });
    receivers_.clear();
    poll([this] {
      return std::all_of(running_.begin(), running_.end(), [](Running& each) { return each.sender->is_ended(); });
    });
  }

  std::vector<ProbeRecord> take_records() {
    std::vector<ProbeRecord> records;
    for (auto& running : running_) records.push_back(std::move(running.tally->record()));
    return records;
  }

 private:
  /// Until the condition holds, which an acknowledgement makes without an event, or a window is over.
  void poll(const std::function<bool()>& condition) {
    std::uint32_t window_ms = 0;
    for (const auto& running : running_) window_ms = std::max(window_ms, running.job->probe.wait_ms);
    loop_.poll([&] { return condition() ? Tri::holds : Tri::not_yet; },
               Clock::now() + std::chrono::milliseconds(window_ms), std::chrono::milliseconds(1));
  }

  bool any_complete() const {
    return std::any_of(running_.begin(), running_.end(),
                       [](const Running& running) { return !running.tally->closed() && running.tally->complete(); });
  }

  std::optional<Clock::time_point> next_wake() const {
    std::optional<Clock::time_point> wake;
    for (const auto& running : running_) {
      if (!running.tally->closed()) wake = std::min(wake.value_or(Clock::time_point::max()), running.wake());
    }
    return wake;
  }

  void close_finished() {
    for (auto& running : running_) {
      const auto& tally = *running.tally;
      const auto over = [&] { return !running.sending() && Clock::now() >= running.window_end(); };
      if (!tally.closed() && (tally.complete() || over())) close(running);
    }
  }

  void close_all() {
    for (auto& running : running_) close(running);
  }

  void close(Running& running) {
    // The answer's end may have been served before the request's: an echo reply is the kernel's, not ours.
    for (auto& [key, receiver] : receivers_) receiver->drain();
    running.sender->drain();
    if (!running.tally->complete()) running.sender->window_ended();
    running.tally->close(now_());
  }

  Loop& loop_;
  const std::function<Moment()>& now_;
  std::map<std::string, HeldConnection>& held_;
  Tallies tallies_;
  std::vector<Running> running_;
  std::map<std::string, std::unique_ptr<ProbeEnd>> receivers_;
};

}  // namespace

ProbeRunner::ProbeRunner(Loop& loop, RunInNode run_in_node, std::function<Moment()> now)
    : loop_(loop),
      run_in_node_(std::move(run_in_node)),
      now_(std::move(now)),
      next_identifier_(static_cast<std::uint16_t>(::getpid())) {}

std::vector<ProbeRecord> ProbeRunner::run(std::span<const ProbeJob> jobs) {
  std::map<std::string, int> tokens;
  for (const auto& job : jobs) ++tokens[job.token];
  ProbeSet set(loop_, now_, held_);
  for (const auto& job : jobs) {
    in_context(fmt::format("probe {}", job.probe.name), [&] {
      check(job, tokens);
      set.open(job, run_in_node_, next_identifier_++);
    });
  }
  set.run();
  set.hand_over();
  set.part();
  return set.take_records();
}

ProbeRecord ProbeRunner::run(const ProbeJob& job) { return run(std::span(&job, 1)).front(); }

}  // namespace useipsec
