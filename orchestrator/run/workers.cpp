#include "run/workers.h"

#include <fmt/format.h>
#include <sys/inotify.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "inside/visit_folder.h"

using namespace std::chrono_literals;

namespace useipsec {

namespace {

/// How often it is seen whether the machine has time for more workers: long enough for one that has begun a case to be
/// felt.
constexpr auto look_every = 2s;

}  // namespace

Workers::Workers(Loop& loop, const RunFolder& run, Starter starter, WorkerStart start, Admission admission,
                 Silence longest, Events events)
    : loop_(loop),
      run_(run),
      starter_(std::move(starter)),
      start_(std::move(start)),
      admission_(admission),
      longest_(longest),
      events_(std::move(events)),
      notify_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)),
      timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
  ::inotify_add_watch(notify_.get(), run_.journal("any").parent_path().c_str(), IN_MODIFY | IN_CREATE);
  watch_ = loop_.watch_readable(notify_.get(), [this] {
    char buffer[4096];
    while (::read(notify_.get(), buffer, sizeof buffer) > 0) {
    }
    listen();
  });
  itimerspec every{};
  every.it_interval.tv_sec = every.it_value.tv_sec = look_every.count();
  ::timerfd_settime(timer_.get(), 0, &every, nullptr);
  watch_timer_ = loop_.watch_readable(timer_.get(), [this] {
    std::uint64_t count = 0;
    if (::read(timer_.get(), &count, sizeof count) > 0) look_at_machine();
  });
}

std::vector<LostWorker> Workers::work() {
  std::vector<LostWorker> lost;
  if (one_more()) start_next();
  for (std::size_t n = 0; n < workers_.size(); ++n) {
    auto& worker = *workers_[n];
    const auto why = worker.process->wait([this, &worker] { return latest(worker); });
    listen();
    if (!why.empty()) lost.push_back({worker.case_id, why});
    // It never will be up; others may, where one was. Where none was none will, and people need not wait for each to
    // fail.
    const bool is_last = n + 1 == workers_.size(), one_was_up = n > 0;
    if (is_last && one_more() && !worker.up && one_was_up && !loop_.interrupted()) start_next();
  }
  return lost;
}

void Workers::start_next() {
  auto start = start_;
  start.name = fmt::format("worker-{}", workers_.size() + 1);
  workers_.push_back(
      std::make_unique<One>(One{.name = start.name, .journal = JournalReader(run_.journal(start.name))}));
  auto& worker = *workers_.back();
  worker.process = starter_(start);
  if (events_.started) events_.started(*worker.process);
}

void Workers::look_at_machine() {
  const auto time = processor_time();
  if (!time) return;
  admission_.look(*time);
  for (std::size_t n = 0; n < workers_.size(); ++n) {
    auto& worker = *workers_[n];
    const bool rests = n >= admission_.allowed();
    if (std::exchange(worker.rests, rests) == rests) continue;
    run_.rest(worker.name, rests);
    if (worker.between_cases()) worker.heard = Loop::Clock::now();  // it had nothing to say
  }
  if (!workers_.empty() && workers_.back()->up && one_more()) start_next();
}

void Workers::listen() {
  for (std::size_t n = 0; n < workers_.size(); ++n)  // what is heard may add one
    workers_[n]->journal.read([this, n](const nlohmann::json& event) { hear(*workers_[n], event); });
}

void Workers::hear(One& worker, const nlohmann::json& event) {
  worker.heard = Loop::Clock::now();
  const auto kind = event.value("event", "");
  if (kind == "began") worker.case_id = event.value("case", "");
  if (kind == "ended") worker.case_id.clear();
  if (kind == "done") queue_is_empty_ = true;
  if (kind == "ready" && !std::exchange(worker.up, true) && one_more()) start_next();
  if (events_.said) events_.said(event);
}

Loop::Clock::time_point Workers::latest(const One& worker) const {
  if (start_.hold.pause != Pause::never) return worker.heard + for_ever;
  if (worker.rests && worker.between_cases()) return Loop::Clock::now() + longest_.boot;
  return worker.heard + (worker.up ? longest_.timeline + longest_.beside_the_timeline : longest_.boot);
}

}  // namespace useipsec
