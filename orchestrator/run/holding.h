#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>

#include "inside/lab_register.h"
#include "inside/porter.h"
#include "run/pause.h"
#include "run/worker_process.h"

namespace useipsec {

/// What happens to labs that are held, for whoever shows it.
struct HoldEvents {
  std::function<void(std::size_t number, const LabState::Step& step)> step = {};
  std::function<void(const LabState& lab)> held = {};
  std::function<void()> released = {};
};

/// The supervisor's side of labs that are held: their name, the way into them, and what is done where one does not end.
class Holding {
 public:
  /// `run` is the run's folder. Says at once that a lab is being prepared.
  Holding(Loop& loop, LabClaim& claim, const std::filesystem::path& run, const std::string& ground,
          const HoldOptions& options, HoldEvents events);
  Holding(const Holding&) = delete;
  Holding& operator=(const Holding&) = delete;

  /// For the worker that is started next.
  int worker_end() const { return porter_.worker_end(); }
  /// The worker, which must outlive this.
  void worker_started(WorkerProcess& worker);
  /// What a worker's journal says.
  void hear(const nlohmann::json& event);
  /// The case's lab was held: its verdict was there before, however the lab ended.
  bool was_held(const std::string& case_id) const { return held_.contains(case_id); }

 private:
  void let_go(const Release& release);
  void publish(LabPhase phase);
  void watch_enter();

  Loop& loop_;
  LabClaim& claim_;
  std::filesystem::path inside_;
  HoldEvents events_;
  LabState state_, blank_;
  std::set<std::string> held_;
  WorkerProcess* worker_ = nullptr;
  UniqueFd timer_;
  Porter porter_;
  Watch watch_timer_, watch_enter_, watch_lifeline_;
};

}  // namespace useipsec
