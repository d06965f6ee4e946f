#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "proc/loop.h"
#include "run/admission.h"
#include "run/journal.h"
#include "run/run_folder.h"
#include "run/worker_process.h"

namespace useipsec {

/// A worker that did not come to the end of its work.
struct LostWorker {
  std::string case_id;  ///< what it was at; empty: nothing
  std::string why;
};

/// The workers of one run, from outside: each is started when the one before it is up, so that the first case does not
/// wait for every guest's boot, and when the machine has time for it; where it has none left, some rest; what they
/// write in their journals is passed on; one that falls silent is ended.
class Workers {
 public:
  using Starter = std::function<std::unique_ptr<WorkerProcess>(const WorkerStart&)>;
  struct Events {
    std::function<void(WorkerProcess& worker)> started = {};
    std::function<void(const nlohmann::json& event)> said = {};
  };
  /// A worker writes when it is up and at each case's beginning and end. No silence is longer than this, even on a
  /// machine ten times slower than those that it was seen on.
  struct Silence {
    std::chrono::milliseconds boot = std::chrono::minutes(3);
    std::chrono::milliseconds timeline = std::chrono::minutes(10);             ///< the longest deadline of the cases
    std::chrono::milliseconds beside_the_timeline = std::chrono::minutes(10);  ///< what a case does before it and after
  };

  /// As many as `admission` allows, each made by `starter` as `start` says but for its name.
  Workers(Loop& loop, const RunFolder& run, Starter starter, WorkerStart start, Admission admission, Silence longest,
          Events events);
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// Starts them and waits until all have ended; who was lost. After an interruption all of them are, and still live
  /// until this object goes.
  std::vector<LostWorker> work();

 private:
  struct One {
    std::string name;
    JournalReader journal;
    std::unique_ptr<WorkerProcess> process = {};
    Loop::Clock::time_point heard = Loop::Clock::now();
    bool up = false, rests = false;
    std::string case_id = {};  ///< what it is at

    bool between_cases() const { return up && case_id.empty(); }
  };

  bool one_more() const { return !queue_is_empty_ && workers_.size() < admission_.allowed(); }
  void start_next();
  void look_at_machine();
  void listen();
  void hear(One& worker, const nlohmann::json& event);
  Loop::Clock::time_point latest(const One& worker) const;

  Loop& loop_;
  const RunFolder& run_;
  Starter starter_;
  WorkerStart start_;
  Admission admission_;
  bool queue_is_empty_ = false;  ///< one of them has found it so
  Silence longest_;
  Events events_;
  std::vector<std::unique_ptr<One>> workers_;
  // Every journal lives in one folder: one watch tells when any worker has something to say, from a guest as well,
  // whose writes are writes of an ordinary process here.
  UniqueFd notify_, timer_;
  Watch watch_, watch_timer_;
};

}  // namespace useipsec
