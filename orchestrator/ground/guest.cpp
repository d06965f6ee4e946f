#include "ground/guest.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <optional>

#include "base/error.h"
#include "base/unique_fd.h"
#include "ground/console.h"
#include "ground/guest_guard.h"
#include "ground/guest_init.h"
#include "ground/guest_job.h"
#include "ground/guest_memory.h"
#include "proc/environment.h"
#include "proc/line_splitter.h"

namespace useipsec {

namespace {

using namespace std::chrono_literals;

/// The kernel takes its parameters as one line in which double quotes protect spaces and nothing protects a quote.
std::string quoted(const std::filesystem::path& path) {
  const std::string text = path.string();
  if (text.find_first_of("\"\n") != std::string::npos)
    throw Error(fmt::format("a guest cannot be given a path with a quote in it: {}", text), ExitCode::precondition);
  return text.find(' ') == std::string::npos ? text : fmt::format("\"{}\"", text);
}

std::pair<UniqueFd, UniqueFd> socket_pair() {
  std::array<int, 2> ends{};
  const int status = ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data());
  const int code = errno;
  if (status < 0) throw system_error(code, "making a socket pair");
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

/// What a job in the guest may know of the caller's environment. Not all of it: the job file is kept as evidence, and
/// an environment holds secrets.
std::vector<std::string> job_environment(const std::vector<std::string>& additions) {
  std::vector<std::string> environment;
  for (const auto& entry : merged_environment(additions)) {
    const std::string name = entry.substr(0, entry.find('='));
    const bool plain = name == "PATH" || name == "HOME" || name == "LANG" || name == "TERM" || name == "COLUMNS" ||
                       name == "NO_COLOR" || name == "TZ" || name.rfind("LC_", 0) == 0 ||
                       name.rfind("USEIPSEC_", 0) == 0;
    if (plain || std::find(additions.begin(), additions.end(), entry) != additions.end()) environment.push_back(entry);
  }
  return environment;
}

GuestJob job_of(const GuestSpec& spec) {
  return GuestJob{.name = spec.name,
                  .results = spec.results,
                  .directory = spec.directory.empty() ? std::filesystem::current_path() : spec.directory,
                  .command = spec.command,
                  .environment = job_environment(spec.environment),
                  .stream = spec.stream >= 0};
}

ProcessSpec process_of(const GuestSpec& spec, const std::filesystem::path& folder, const std::filesystem::path& memory,
                       int output) {
  ProcessSpec process;
  process.program = spec.kernel.string();
  process.arguments = {
      fmt::format("mem={}M", spec.memory_mib), "root=none", "rootfstype=hostfs", "rootflags=/", "ro",
      fmt::format("init={}", quoted(std::filesystem::canonical(spec.init))),
      fmt::format("{}={}", guest_job_variable, quoted(folder / "job.json")),
      // The console is evidence: only the kernel's messages, on the one pipe we read.
      "con=null", "con0=null,fd:1", "ssl=null", fmt::format("ssl0=fd:{0},fd:{0}", output), "quiet",
      // Debian's kernel measures RAID 6 variants for 0.85 s of each boot; a kernel without them ignores it.
      "initcall_blacklist=raid6_select_algo",
      // No file of the guest kernel's own outside the results folder (it would use ~/.uml).
      fmt::format("uml_dir={}", quoted(folder)), "umid=kernel"};
  if (spec.stream >= 0) process.arguments.push_back(fmt::format("ssl1=fd:{0},fd:{0}", spec.stream));
  process.environment = {fmt::format("TMPDIR={}", memory.string())};
  process.directory = std::string("/");  // the literal alone trips -Wrestrict of g++ 12
  process.inherited = {output};
  if (spec.stream >= 0) process.inherited.push_back(spec.stream);
  return process;
}

}  // namespace

std::string_view to_string(GuestEnd end) {
  switch (end) {
    case GuestEnd::completed:
      return "completed";
    case GuestEnd::panicked:
      return "panicked";
    case GuestEnd::out_of_memory:
      return "out of memory";
    case GuestEnd::hung:
      return "hung";
    case GuestEnd::killed:
      return "killed";
    case GuestEnd::failed_to_boot:
      return "failed to boot";
    case GuestEnd::interrupted:
      return "interrupted";
  }
  return "unknown";
}

struct Guest::Impl {
  Impl(Loop& owner, const GuestSpec& guest)
      : loop(owner), folder(guest_folder(guest.results, guest.name)), lines(guest.on_output) {}

  Loop& loop;
  std::filesystem::path folder;
  Console console;
  std::ofstream console_log;
  UniqueFd output;
  LineSplitter lines;
  Watch watch_output;
  std::optional<GuestGuard> guard;
  std::optional<Process> kernel;

  ~Impl() {  // the guard last: it is let go when the kernel is gone
    kernel.reset();
    guard.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder / "kernel", ignored);  // the guest kernel's management socket
  }

  void read_output() {
    std::array<char, 16384> buffer;
    for (;;) {
      const ssize_t count = ::read(output.get(), buffer.data(), buffer.size());
      if (count > 0) {
        lines.feed({buffer.data(), static_cast<std::size_t>(count)});
        continue;
      }
      if (count < 0 && errno == EINTR) continue;
      if (count == 0 || errno != EAGAIN) watch_output.reset();
      return;
    }
  }

  void kill() {
    ::kill(-kernel->pid(), SIGKILL);  // a guest kernel has nothing to tidy up; it may not even listen
    kernel->stop(0ms);
  }

  GuestOutcome judge(bool late) const {
    GuestOutcome outcome;
    const auto started = read_status(folder / "started.json");
    const auto status = read_status(folder / "status.json");
    if (started) {
      outcome.kernel = started->kernel;
      outcome.ready_s = started->ready_s;
    }
    const bool killed_job = status && status->signaled && status->code == SIGKILL;
    if (!console.out_of_memory().empty() && (!status || killed_job)) {
      outcome.end = GuestEnd::out_of_memory;
      outcome.why = console.out_of_memory();
    } else if (!console.panic().empty()) {
      outcome.end = started ? GuestEnd::panicked : GuestEnd::failed_to_boot;
      outcome.why = console.panic();
    } else if (late) {
      outcome.end = started ? GuestEnd::hung : GuestEnd::failed_to_boot;
      outcome.why = "no end before the deadline";
      if (const auto words = console.last_words(); !words.empty()) outcome.why += "; console: " + words;
    } else if (!status || !status->error.empty()) {
      outcome.end = started ? GuestEnd::killed : GuestEnd::failed_to_boot;
      outcome.why = status ? status->error : console.last_words();
    } else {
      outcome.end = GuestEnd::completed;
      outcome.exit_code = status->signaled ? 128 + status->code : status->code;
    }
    return outcome;
  }
};

Guest Guest::start(Loop& loop, const GuestSpec& spec) {
  return in_context(fmt::format("starting guest {}", spec.name), [&] {
    const auto memory = choose_memory_place(memory_places(), spec.memory_mib * spec.guests_beside);
    if (!memory) throw memory.error();
    auto impl = std::make_unique<Impl>(loop, spec);
    std::filesystem::create_directories(impl->folder);
    for (const char* stale : {"started.json", "status.json"}) std::filesystem::remove(impl->folder / stale);
    write_job(impl->folder / "job.json", job_of(spec));
    impl->console_log.open(spec.console_log.empty() ? impl->folder / "console.log" : spec.console_log);

    auto [ours, theirs] = socket_pair();
    impl->output = std::move(ours);
    ::fcntl(impl->output.get(), F_SETFL, O_NONBLOCK);
    Impl* self = impl.get();
    impl->kernel = Process::start(loop, process_of(spec, impl->folder, *memory, theirs.get()), {},
                                  [self](const std::string& line) {
                                    self->console.add(line);
                                    self->console_log << line << '\n' << std::flush;
                                  });
    impl->guard.emplace(impl->kernel->pid());
    impl->watch_output = loop.watch_readable(impl->output.get(), [self] { self->read_output(); });
    return Guest(std::move(impl));
  });
}

Guest::Guest(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Guest::Guest(Guest&&) noexcept = default;
Guest::~Guest() = default;

GuestOutcome Guest::wait(Loop::Clock::time_point deadline) {
  return wait([deadline] { return deadline; });
}

GuestOutcome Guest::wait(const std::function<Loop::Clock::time_point()>& deadline) {
  const auto ended = [this] { return impl_->kernel->exited() ? Tri::holds : Tri::not_yet; };
  const WaitResult result = impl_->loop.wait(ended, deadline);
  if (result == WaitResult::interrupted) return {.end = GuestEnd::interrupted, .why = "interrupted"};
  if (result == WaitResult::deadline) impl_->kill();
  impl_->read_output();
  impl_->lines.finish();
  GuestOutcome outcome = impl_->judge(result == WaitResult::deadline);
  if (outcome.end == GuestEnd::killed && outcome.why.empty()) outcome.why = impl_->kernel->exited()->str();
  return outcome;
}

void Guest::kill() { impl_->kill(); }

void Guest::signal(int number) {
  // The guest's init reads its end of the output line and passes each byte on to the job as a signal.
  const char byte = static_cast<char>(number);
  static_cast<void>(::send(impl_->output.get(), &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT));
}

pid_t Guest::pid() const { return impl_->kernel->pid(); }

}  // namespace useipsec
