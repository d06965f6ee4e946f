// Boots real guests with itself as their init and job, and checks how each end is told.
//   ground_trial RESULTS [KERNEL]   runs all trials; exit code 0 where each went as it must
//   ground_trial job MODE           runs as a guest's job: ok seven panic hang eat forks stream probe signal write-root

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/unique_fd.h"
#include "ground/capability.h"
#include "ground/guest.h"
#include "ground/guest_init.h"

using namespace useipsec;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t stream_bytes = 1u << 20;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// --- inside the guest ---

int eat_memory() {
  std::vector<char*> eaten;
  for (;;) {
    char* block = static_cast<char*>(std::malloc(1u << 20));
    if (block == nullptr) return 3;
    std::memset(block, 1, 1u << 20);
    eaten.push_back(block);
  }
}

int measure_forks() {
  constexpr int count = 50;
  const auto start = Clock::now();
  for (int i = 0; i < count; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::execl("/bin/true", "true", nullptr);
      ::_exit(127);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (status != 0) return 4;
  }
  fmt::print("one fork+exec+wait: {:.1f} ms\n", seconds_since(start) * 1000 / count);
  return 0;
}

int echo_stream() {
  const char* number = std::getenv(guest_stream_variable);
  if (number == nullptr) return 5;
  const int fd = std::atoi(number);
  std::array<char, 4096> buffer;
  for (std::size_t total = 0; total < stream_bytes;) {
    const ssize_t count = ::read(fd, buffer.data(), buffer.size());
    if (count <= 0) return 6;
    for (ssize_t done = 0; done < count;) {
      const ssize_t written = ::write(fd, buffer.data() + done, static_cast<std::size_t>(count - done));
      if (written <= 0) return 7;
      done += written;
    }
    total += static_cast<std::size_t>(count);
  }
  ::tcdrain(fd);
  return 0;
}

/// The host's own files must be out of reach: the write succeeds, into the overlay.
int write_root() {
  std::ofstream("/etc/useipsec-ground-trial") << "x";
  std::ofstream("/usr/useipsec-ground-trial") << "x";
  return std::ifstream("/etc/useipsec-ground-trial").good() ? 0 : 8;
}

int wait_for_signal() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGINT);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  fmt::print("waiting\n");
  std::fflush(stdout);
  int number = 0;
  ::sigwait(&set, &number);
  return number == SIGINT ? 42 : 9;
}

int print_capabilities() {
  bool complete = true;
  for (const auto& found : probe_host()) {
    fmt::print("{:<24} {:<4} {}\n", found.name, found.found ? "yes" : "no", found.said);
    if (found.name.find("ESP") == 0 || found.name.find("AH") == 0) complete = complete && found.found;
  }
  return complete ? 0 : 10;
}

int job(std::string_view mode) {
  if (mode == "ok") return 0;
  if (mode == "seven") return 7;
  if (mode == "panic") {
    std::ofstream("/proc/sysrq-trigger") << 'c' << std::flush;
    return 1;
  }
  if (mode == "hang")
    for (;;) ::pause();
  if (mode == "eat") return eat_memory();
  if (mode == "forks") return measure_forks();
  if (mode == "stream") return echo_stream();
  if (mode == "write-root") return write_root();
  if (mode == "signal") return wait_for_signal();
  if (mode == "probe") return print_capabilities();
  return 2;
}

// --- on the host ---

struct Trials {
  Loop loop;
  std::filesystem::path results;
  std::filesystem::path kernel;
  std::string self = std::filesystem::canonical("/proc/self/exe").string();
  int failures = 0;

  GuestSpec spec(const std::string& mode) const {
    GuestSpec guest;
    guest.kernel = kernel;
    guest.name = mode;
    guest.results = results;
    guest.command = {self, "job", mode};
    guest.on_output = [mode](const std::string& line) { fmt::print("    [{}] {}\n", mode, line); };
    return guest;
  }

  void check(const std::string& mode, bool good, const GuestOutcome& outcome, double took) {
    if (!good) ++failures;
    fmt::print("{} {:<10} {} (exit code {}) in {:.2f} s, job after {:.2f} s: {}\n", good ? "ok  " : "FAIL", mode,
               to_string(outcome.end), outcome.exit_code, took, outcome.ready_s, outcome.why);
    std::fflush(stdout);
  }

  void expect(const GuestSpec& guest, GuestEnd end, int exit_code, std::chrono::seconds limit = 30s,
              const std::function<void(Guest&)>& meanwhile = {}) {
    const auto start = Clock::now();
    GuestOutcome outcome;
    {
      Guest running = Guest::start(loop, guest);
      if (meanwhile) meanwhile(running);
      outcome = running.wait(start + limit);
    }
    const bool good = outcome.end == end && (end != GuestEnd::completed || outcome.exit_code == exit_code);
    check(guest.name, good, outcome, seconds_since(start));
  }
  void expect(const std::string& mode, GuestEnd end, int exit_code = 0, std::chrono::seconds limit = 30s) {
    expect(spec(mode), end, exit_code, limit);
  }

  void stream_both_ways() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) < 0) std::abort();
    UniqueFd ours(ends[0]), theirs(ends[1]);
    GuestSpec guest = spec("stream");
    guest.stream = theirs.get();
    std::string sent(stream_bytes, '\0'), received;
    std::mt19937 random(1);
    for (char& byte : sent) byte = static_cast<char>(random());
    double took = 0;
    expect(guest, GuestEnd::completed, 0, 60s, [&](Guest&) {
      // Not before the job holds the line raw: until then the guest's terminal would edit and drop.
      const auto started = results / "guest-stream" / "started.json";
      const auto patience = Clock::now() + 20s;
      while (!std::filesystem::exists(started) && Clock::now() < patience) loop.run_until(Clock::now() + 20ms);
      const auto start = Clock::now();
      std::size_t done = 0;
      ::fcntl(ours.get(), F_SETFL, O_NONBLOCK);
      while (received.size() < sent.size() && seconds_since(start) < 40) {
        const ssize_t written =
            ::send(ours.get(), sent.data() + done, std::min<std::size_t>(sent.size() - done, 4096), MSG_NOSIGNAL);
        if (written > 0) done += static_cast<std::size_t>(written);
        std::array<char, 16384> buffer;
        const ssize_t count = ::read(ours.get(), buffer.data(), buffer.size());
        if (count > 0) received.append(buffer.data(), static_cast<std::size_t>(count));
        if (written <= 0 && count <= 0) loop.run_until(Clock::now() + 1ms);
      }
      took = seconds_since(start);
    });
    const bool same = sent == received;
    if (!same) ++failures;
    fmt::print("{} stream     {} of {} bytes came back {} in {:.2f} s: {:.0f} KiB/s each way\n", same ? "ok  " : "FAIL",
               received.size(), sent.size(), same ? "unchanged" : "CHANGED", took,
               static_cast<double>(received.size()) / 1024 / took);
  }

  int run() {
    expect("ok", GuestEnd::completed, 0);
    expect("seven", GuestEnd::completed, 7);
    expect("write-root", GuestEnd::completed, 0);
    if (std::filesystem::exists("/etc/useipsec-ground-trial")) {
      ++failures;
      fmt::print("FAIL the guest wrote to the host's /etc\n");
    }
    expect("forks", GuestEnd::completed, 0);
    expect("probe", GuestEnd::completed, 0);
    expect("panic", GuestEnd::panicked);
    expect("hang", GuestEnd::hung, 0, 6s);
    expect("eat", GuestEnd::out_of_memory, 0, 90s);
    GuestSpec interruptible = spec("signal");
    bool waiting = false;
    interruptible.on_output = [&](const std::string& line) { waiting = waiting || line == "waiting"; };
    expect(interruptible, GuestEnd::completed, 42, 30s, [&](Guest& guest) {
      loop.wait([&] { return waiting ? Tri::holds : Tri::not_yet; }, Clock::now() + 20s);
      guest.signal(SIGINT);
    });
    GuestSpec broken = spec("no-init");
    broken.init = "/dev/null";
    expect(broken, GuestEnd::failed_to_boot, 0, 10s);
    stream_both_ways();
    fmt::print("{} failures\n", failures);
    return failures == 0 ? 0 : 1;
  }
};

}  // namespace

int main(int count, char** arguments) try {
  if (is_guest_init()) return guest_init();
  if (count == 3 && std::string_view(arguments[1]) == "job") return job(arguments[2]);
  if (count < 2) return 2;
  Trials trials;
  trials.results = std::filesystem::absolute(arguments[1]);
  trials.kernel = count > 2 ? arguments[2] : "/usr/bin/linux.uml";
  std::filesystem::create_directories(trials.results);
  if (count > 3) {  // one trial that lasts, to look at from outside
    Guest guest = Guest::start(trials.loop, trials.spec(arguments[3]));
    fmt::print("guest {}\n", guest.pid());
    std::fflush(stdout);
    const auto outcome = guest.wait(Clock::now() + 60s);
    trials.check(arguments[3], true, outcome, 0);
    return 0;
  }
  return trials.run();
} catch (const Error& error) {
  fmt::print(stderr, "{}\n", error.what());
  return static_cast<int>(error.exit_code());
}
