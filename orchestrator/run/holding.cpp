#include "run/holding.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <ctime>
#include <nlohmann/json.hpp>

#include "base/error.h"

namespace useipsec {

Holding::Holding(Loop& loop, LabClaim& claim, const std::filesystem::path& run, const std::string& ground,
                 const HoldOptions& options, HoldEvents events)
    : loop_(loop),
      claim_(claim),
      inside_(inside_folder(run)),
      events_(std::move(events)),
      timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)),
      porter_(loop, inside_, [this](const Release& release) { let_go(release); }) {
  blank_.name = claim.name();
  blank_.kind = options.lifeline >= 0 ? LabKind::lab : LabKind::run;
  blank_.ground = ground;
  blank_.process = ::getpid();
  blank_.run = run;
  blank_.since = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
  state_ = blank_;
  publish(LabPhase::preparing);
  if (options.enter_goes_on) watch_enter();
  if (options.lifeline < 0) return;
  watch_lifeline_ = loop_.watch_readable(options.lifeline, [this] {
    watch_lifeline_.reset();
    std::raise(SIGTERM);  // whoever wanted the lab is gone before it is there: ended as by a signal of theirs
  });
}

void Holding::watch_enter() {
  watch_enter_ = loop_.watch_readable(STDIN_FILENO, [this] {
    std::array<char, 256> line;
    if (::read(STDIN_FILENO, line.data(), line.size()) <= 0) return watch_enter_.reset();
    if (state_.phase == LabPhase::held) ask_for_release(inside_, {.case_id = state_.case_id});
  });
}

void Holding::worker_started(WorkerProcess& worker) {
  porter_.worker_started();
  worker_ = &worker;
}

void Holding::publish(LabPhase phase) {
  state_.phase = phase;
  claim_.publish(state_);
}

void Holding::hear(const nlohmann::json& event) {
  const auto kind = event.value("event", "");
  if (kind == "step" && events_.step)
    events_.step(event.at("number"), {event.at("text"), event.at("result"), event.at("seconds")});
  if (kind == "held") {
    state_ = lab_state(nlohmann::ordered_json::parse(event.at("lab").dump()));
    state_.name = blank_.name;
    state_.kind = blank_.kind;
    state_.ground = blank_.ground;
    state_.process = blank_.process;
    state_.run = blank_.run;
    state_.since = blank_.since;
    held_.insert(state_.case_id);
    watch_lifeline_.reset();
    publish(LabPhase::held);
    if (events_.held) events_.held(state_);
  }
  if (kind == "released") {
    publish(LabPhase::ending);
    if (events_.released) events_.released();
  }
  if (kind == "ended") {
    watch_timer_.reset();
    state_ = blank_;
    publish(LabPhase::preparing);
  }
}

void Holding::let_go(const Release& release) {
  if (release.case_id != state_.case_id) return;  // it comes too late, and is not for the case that runs now
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(release.within);
  itimerspec once{};
  once.it_value.tv_sec = seconds.count();
  once.it_value.tv_nsec = std::max<long>(1, std::chrono::nanoseconds(release.within - seconds).count());
  ::timerfd_settime(timer_.get(), 0, &once, nullptr);
  watch_timer_.reset();
  watch_timer_ = loop_.watch_readable(timer_.get(), [this] {
    watch_timer_.reset();
    if (worker_ != nullptr) worker_->kill();
  });
}

}  // namespace useipsec
