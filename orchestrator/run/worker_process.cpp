#include "run/worker_process.h"

#include <fmt/format.h>

#include "ground/guest.h"
#include "home/home.h"
#include "proc/process.h"

using namespace std::chrono_literals;

namespace useipsec {

namespace {

/// No worker of any suite runs this long; a guest that does not answer within it is called hung.
constexpr auto longest = 30min;

std::vector<std::string> arguments(const WorkerStart& start) {
  return {"worker", "--home", start.home.string(), "--run", start.run.string(), "--name", start.name};
}

class HostWorker : public WorkerProcess {
 public:
  HostWorker(Loop& loop, const WorkerStart& start)
      : loop_(loop),
        process_(Process::start(loop, {.program = own_executable(), .arguments = arguments(start)}, {}, [this](const std::string& line) { last_ = line; })) {}

  std::string wait() override {
    const auto ended = [this] { return process_.exited() ? Tri::holds : Tri::not_yet; };
    const auto how = loop_.wait(ended, Loop::Clock::now() + longest);
    if (how == WaitResult::interrupted) return "interrupted";
    if (how != WaitResult::holds) return "a worker did not end";
    return process_.exited()->success() ? "" : fmt::format("a worker ended with {}: {}", process_.exited()->str(), last_);
  }

 private:
  Loop& loop_;
  std::string last_;
  Process process_;
};

class GuestWorker : public WorkerProcess {
 public:
  GuestWorker(Loop& loop, const WorkerStart& start) : guest_(Guest::start(loop, spec(start))) {}

  std::string wait() override {
    const auto outcome = guest_.wait(Loop::Clock::now() + longest);
    if (outcome.end == GuestEnd::completed && outcome.exit_code == 0) return {};
    if (outcome.end == GuestEnd::completed) return fmt::format("the guest's worker ended with {}", outcome.exit_code);
    return fmt::format("the guest {}: {}", to_string(outcome.end), outcome.why);
  }

 private:
  static GuestSpec spec(const WorkerStart& start) {
    GuestSpec spec;
    if (!start.guest_kernel.empty()) spec.kernel = start.guest_kernel;
    spec.name = start.name;
    spec.results = start.run;
    spec.command = arguments(start);
    spec.command.insert(spec.command.begin(), own_executable());
    return spec;
  }
  Guest guest_;
};

}  // namespace

std::unique_ptr<WorkerProcess> start_worker(Loop& loop, GroundKind ground, const WorkerStart& start) {
  if (ground == GroundKind::host) return std::make_unique<HostWorker>(loop, start);
  return std::make_unique<GuestWorker>(loop, start);
}

}  // namespace useipsec
