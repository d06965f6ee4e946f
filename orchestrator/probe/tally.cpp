#include "probe/tally.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"

namespace useipsec {

Tally::Tally(std::string probe, std::string token, std::uint32_t count, std::size_t size, bool answered)
    : count_(count), size_(size), has_answers_(answered), seen_(count) {
  record_.probe = std::move(probe);
  record_.token = std::move(token);
}

bool Tally::first(std::uint32_t sequence, Seen what) {
  if (closed_ || sequence == 0 || sequence > count_) return false;
  auto& seen = seen_[sequence - 1];
  if ((seen & what) != 0) return false;
  seen = static_cast<std::uint8_t>(seen | what);
  return true;
}

void Tally::done(std::uint32_t sequence) {
  if (first(sequence, is_done) && (seen_[sequence - 1] & was_sent) != 0) --waited_for_;
}

void Tally::sent(std::uint32_t sequence) {
  if (!first(sequence, was_sent)) return;
  if (first(sequence, was_tried)) ++tried_;
  // Delivery may run before the send returns to us.
  if ((seen_[sequence - 1] & is_done) == 0) ++waited_for_;
  record_.sent.push_back(sequence);
  last_sent_ = std::chrono::steady_clock::now();
}

void Tally::not_sent(std::uint32_t sequence, std::string_view call, int code) {
  if (!first(sequence, was_tried)) return;
  ++tried_;
  error({.sequence = sequence}, system_error(code, call).what());
}

void Tally::arrived(std::uint32_t sequence) {
  if (each_arrival_) sequence = static_cast<std::uint32_t>(record_.arrived.size()) + 1;
  if (!first(sequence, has_arrived)) return;
  record_.arrived.push_back(sequence);
  if (!has_answers_) done(sequence);
}

void Tally::answered(std::uint32_t sequence) {
  if (first(sequence, was_answered)) record_.answered.push_back(sequence);
}

void Tally::not_answered(std::uint32_t sequence, std::string_view call, int code) {
  error({.sequence = sequence, .direction = PayloadDirection::answer}, system_error(code, call).what());
  done(sequence);
}

void Tally::answer_arrived(std::uint32_t sequence) {
  if (!first(sequence, answer_has_arrived)) return;
  record_.answers_arrived.push_back(sequence);
  done(sequence);
}

void Tally::error(std::string text) {
  if (!closed_) record_.errors.push_back(std::move(text));
}

void Tally::error(const PayloadMark& mark, std::string_view text) {
  error(fmt::format("{} {}: {}", mark.direction == PayloadDirection::request ? "sequence" : "answer", mark.sequence,
                    text));
}

void Tally::close(Moment at) {
  if (std::exchange(closed_, true)) return;
  record_.ended = at;
}

Tally* Tallies::find(const PayloadMark& mark) {
  const auto found = by_token_.find(mark.token);
  return found == by_token_.end() ? nullptr : found->second;
}

void Tallies::with(std::string_view payload, PayloadDirection direction,
                   const std::function<void(Tally&, const PayloadMark&)>& work) {
  const auto mark = read_mark(payload);
  if (!mark || mark->direction != direction) return;
  auto* tally = find(*mark);
  if (tally == nullptr) return;
  if (is_intact(payload, *mark, tally->size())) {
    work(*tally, *mark);
  } else {
    tally->error(*mark, "the payload was changed on its way");
  }
}

bool Tallies::note_error(std::string_view quoted, std::string_view text) {
  const auto mark = read_mark(quoted);
  return mark && note_error(*mark, text);
}

bool Tallies::note_error(const PayloadMark& mark, std::string_view text) {
  auto* tally = find(mark);
  if (tally == nullptr) return false;
  tally->error(mark, text);
  return true;
}

}  // namespace useipsec
