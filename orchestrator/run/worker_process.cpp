#include "run/worker_process.h"

#include <fmt/format.h>

#include "ground/guest.h"
#include "ground/guest_init.h"
#include "home/home.h"
#include "proc/process.h"

using namespace std::chrono_literals;

namespace useipsec {

namespace {

std::vector<std::string> arguments(const WorkerStart& start) {
  std::vector<std::string> words{"worker",           "--home", start.home.string(), "--run",
                                 start.run.string(), "--name", start.name};
  if (start.repetition.repeat > 1) words.insert(words.end(), {"--repeat", std::to_string(start.repetition.repeat)});
  if (start.repetition.retries > 0) words.insert(words.end(), {"--retries", std::to_string(start.repetition.retries)});
  if (start.repetition.fail_fast) words.emplace_back("--fail-fast");
  if (start.hold.pause != Pause::never)
    words.insert(words.end(), {"--pause", std::string(to_string(start.hold.pause))});
  if (start.hold.until) words.insert(words.end(), {"--until", std::to_string(*start.hold.until)});
  return words;
}

class HostWorker : public WorkerProcess {
 public:
  HostWorker(Loop& loop, const WorkerStart& start)
      : loop_(loop),
        process_(Process::start(loop, spec(start), {}, [this](const std::string& line) { last_ = line; })) {}

  std::string wait(const std::function<Loop::Clock::time_point()>& deadline) override {
    const auto ended = [this] { return process_.exited() ? Tri::holds : Tri::not_yet; };
    const auto how = loop_.wait(ended, deadline);
    if (how == WaitResult::interrupted) return "interrupted";
    if (how != WaitResult::holds) return "a worker fell silent";
    return process_.exited()->success() ? ""
                                        : fmt::format("a worker ended with {}: {}", process_.exited()->str(), last_);
  }

  void kill() override { process_.stop(0ms); }

 private:
  static ProcessSpec spec(const WorkerStart& start) {
    ProcessSpec spec{.program = own_executable(), .arguments = arguments(start)};
    if (start.bell < 0) return spec;
    spec.environment = {fmt::format("{}={}", guest_stream_variable, start.bell)};
    spec.inherited = {start.bell};
    return spec;
  }
  Loop& loop_;
  std::string last_;
  Process process_;
};

class GuestWorker : public WorkerProcess {
 public:
  GuestWorker(Loop& loop, const WorkerStart& start) : guest_(Guest::start(loop, spec(start))) {}

  std::string wait(const std::function<Loop::Clock::time_point()>& deadline) override {
    const auto outcome = guest_.wait(deadline);
    if (outcome.end == GuestEnd::completed && outcome.exit_code == 0) return {};
    if (outcome.end == GuestEnd::completed) return fmt::format("the guest's worker ended with {}", outcome.exit_code);
    return fmt::format("the guest {}: {}", to_string(outcome.end), outcome.why);
  }

  void kill() override { guest_.kill(); }

 private:
  static GuestSpec spec(const WorkerStart& start) {
    GuestSpec spec;
    if (!start.guest_kernel.empty()) spec.kernel = start.guest_kernel;
    spec.name = start.name;
    spec.results = start.run;
    spec.guests_beside = start.beside;
    spec.stream = start.bell;
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
