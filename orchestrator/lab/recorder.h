#pragma once

#include <string>

#include "observe/observations.h"

namespace useipsec {

/// Gathers what a lab sees, with the time it was seen.
class Recorder {
 public:
  Recorder();

  /// Seconds since the case began, on the clock that stamps captures (CLOCK_REALTIME).
  Moment now() const;
  void log(LogRecord record) {
    if (!closed_) observations_.log.push_back(std::move(record));
  }
  /// From here on what daemons say is theirs alone: nothing more is observed.
  void close_log() { closed_ = true; }
  /// Adds seconds to one of Observations::timings.
  void spend(const std::string& on, double seconds) { observations_.timings[on] += seconds; }

  Observations& observations() { return observations_; }
  const Observations& observations() const { return observations_; }

 private:
  Observations observations_;
  bool closed_ = false;
};

/// Adds the time from its making to its end to one of the recorder's timings.
class Stopwatch {
 public:
  Stopwatch(Recorder& recorder, std::string on) : recorder_(recorder), on_(std::move(on)), began_(recorder.now()) {}
  ~Stopwatch() { recorder_.spend(on_, recorder_.now() - began_); }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  Recorder& recorder_;
  std::string on_;
  Moment began_;
};

}  // namespace useipsec
