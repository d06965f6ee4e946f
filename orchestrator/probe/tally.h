#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "observe/observations.h"
#include "probe/payload.h"

namespace useipsec {

/// Keeps one probe's record while it runs: what was sent, arrived, was answered and came back, each sequence number
/// once, in the order it happened. After close() it takes nothing more, so that a probe that shares its window with
/// longer ones is not judged by their time.
class Tally {
 public:
  /// `answered`: the kind has answers, so that a packet is done when its answer is back rather than when it arrived.
  Tally(std::string probe, std::string token, std::uint32_t count, std::size_t size, bool answered);

  const std::string& token() const { return record_.token; }
  std::size_t size() const { return size_; }
  std::uint32_t count() const { return count_; }
  bool has_answers() const { return has_answers_; }
  /// From here on the n-th arrival counts as number n, whatever its mark says: what is replayed bears marks of its own.
  void count_each_arrival() { each_arrival_ = true; }

  void sent(std::uint32_t sequence);
  void not_sent(std::uint32_t sequence, std::string_view call, int code);
  void arrived(std::uint32_t sequence);
  void answered(std::uint32_t sequence);
  void not_answered(std::uint32_t sequence, std::string_view call, int code);
  void answer_arrived(std::uint32_t sequence);
  void error(std::string text);
  /// "sequence 3: <text>"; for an answer "answer 3: <text>".
  void error(const PayloadMark& mark, std::string_view text);
  /// Nothing more can come: the connection was refused or is gone.
  void give_up() { given_up_ = true; }

  /// Every packet was tried and none is still waited for.
  bool complete() const { return given_up_ || (tried_ == count_ && waited_for_ == 0); }
  std::chrono::steady_clock::time_point last_sent() const { return last_sent_; }

  void close(Moment at);
  bool closed() const { return closed_; }
  ProbeRecord& record() { return record_; }

 private:
  enum Seen : std::uint8_t {
    was_tried = 1,
    was_sent = 2,
    has_arrived = 4,
    was_answered = 8,
    answer_has_arrived = 16,
    is_done = 32
  };
  bool first(std::uint32_t sequence, Seen what);
  void done(std::uint32_t sequence);

  ProbeRecord record_;
  std::uint32_t count_;
  std::size_t size_;
  bool has_answers_;
  std::vector<std::uint8_t> seen_;  ///< by sequence - 1
  std::uint32_t tried_ = 0, waited_for_ = 0;
  std::chrono::steady_clock::time_point last_sent_;
  bool given_up_ = false, closed_ = false, each_arrival_ = false;
};

/// The running probes by token: a receiver that serves several finds the one a packet belongs to.
class Tallies {
 public:
  void add(Tally& tally) { by_token_[tally.token()] = &tally; }
  /// Calls `work` with the probe `payload` belongs to. A payload that is ours but not as it was sent is an error of
  /// that probe and not an arrival.
  void with(std::string_view payload, PayloadDirection direction,
            const std::function<void(Tally&, const PayloadMark&)>& work);
  /// Notes an ICMP error about a packet whose payload begins `quoted`; whether it was ours.
  bool note_error(std::string_view quoted, std::string_view text);
  bool note_error(const PayloadMark& mark, std::string_view text);

 private:
  Tally* find(const PayloadMark& mark);
  std::unordered_map<std::string, Tally*> by_token_;
};

}  // namespace useipsec
