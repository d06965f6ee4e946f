#include "cli/lab_start.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/unique_fd.h"
#include "cli/held_text.h"
#include "inside/lab_state.h"
#include "library/library.h"
#include "proc/line_splitter.h"

namespace fs = std::filesystem;

namespace useipsec {

namespace {

/// The case that is meant: by its id, or a scenario's only subject after the filters.
Case chosen_case(const Library& library, const LabStartOptions& options) {
  // "nat-esp.no-nat@libreswan" is a control of the scenario "nat-esp".
  const auto at = options.what.find('@');
  auto name = options.what.substr(0, at);
  if (at != std::string::npos) name = name.substr(0, name.find('.'));
  Wanted wanted{.what = {name}, .engines = {}, .claims = {}};
  if (!options.engine.empty()) wanted.engines = {options.engine};
  auto cases = select(library, wanted);
  std::vector<Case> fitting;
  for (const auto& one : cases) {
    const bool meant = at != std::string::npos ? one.id == options.what : one.control_of.empty();
    if (meant && (options.variant.empty() || one.variant == options.variant)) fitting.push_back(one);
  }
  if (fitting.size() == 1) return fitting.front();
  std::string choices;
  for (const auto& one : fitting.empty() ? cases : fitting) choices += fmt::format("\n  {}", one.id);
  throw Error(fmt::format("expected one case, found {} for \"{}\"; name one of these, or use --engine and --variant:{}",
                          fitting.empty() ? "none" : std::to_string(fitting.size()), options.what, choices),
              ExitCode::invalid);
}

fs::path fresh_folder(const fs::path& results) {
  const std::string stamp = fmt::format("lab-{:%Y-%m-%dT%H%M%S}", fmt::gmtime(std::time(nullptr)));
  for (int n = 1;; ++n) {
    const auto folder = results / (n == 1 ? stamp : fmt::format("{}.{}", stamp, n));
    if (!fs::exists(folder)) return folder;
  }
}

volatile std::sig_atomic_t holder_to_end = 0;

void end_holder(int) {
  const int saved = errno;  // a signal handler must not change it
  if (holder_to_end > 0) ::kill(holder_to_end, SIGTERM);
  errno = saved;
}

/// The holder, in a session of its own so that no Ctrl-C of this terminal reaches it later, and what it says.
std::pair<pid_t, UniqueFd> start_holder(std::vector<std::string> arguments) {
  std::array<int, 2> ends{};
  const int piped = ::pipe2(ends.data(), O_CLOEXEC);
  int code = errno;
  if (piped < 0) throw system_error(code, "making a pipe");
  UniqueFd ours(ends[0]), theirs(ends[1]);
  const auto program = own_executable().string();
  arguments.insert(arguments.begin(), program);
  std::vector<char*> pointers;
  for (auto& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, theirs.get(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, theirs.get(), STDERR_FILENO);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
  pid_t holder = -1;
  code = ::posix_spawn(&holder, program.c_str(), &actions, &attributes, pointers.data(), environ);
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  if (code != 0) throw system_error(code, "starting the lab's holder");
  return {holder, std::move(ours)};
}

}  // namespace

ExitCode lab_start(const LabStartOptions& options) {
  const Library library(Home::find(options.home));
  const auto one = chosen_case(library, options);
  const auto results = library.home().results();
  expect_no_lab(state_file(results));
  const auto folder = fresh_folder(results);
  auto* const out = options.json ? stderr : stdout;
  fmt::print(out, "{}: {}\n", one.id, one.title);
  std::fflush(out);

  auto [holder, stream] = start_holder({"lab-hold", "--home", library.home().root(), "--file", fs::absolute(one.file), "--case", one.id, "--out", folder,
                                        "--ground", options.ground, "--guest-kernel", options.guest_kernel});
  holder_to_end = holder;
  struct sigaction action {};
  action.sa_handler = end_holder;
  action.sa_flags = SA_RESTART;
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(number, &action, nullptr);

  std::optional<ExitCode> end;
  std::string last;
  LineSplitter lines([&](const std::string& line) {
    const auto event = nlohmann::json::parse(line, nullptr, false);
    if (!event.is_object()) {
      last = line;
      return;
    }
    const auto kind = event.value("event", "");
    if (kind == "say") fmt::print(out, "{}\n", event.value("text", "")), std::fflush(out);
    if (kind == "failed") {
      fmt::print(stderr, "useipsec: {}\n", event.value("why", ""));
      end = static_cast<ExitCode>(event.value("code", 125));
    }
    if (kind == "held") {
      const auto text = event.value("held", "");
      options.json ? fmt::print("{}\n", nlohmann::json::parse(text).dump(2)) : fmt::print("{}", held_text(held_lab(text)));
      end = ExitCode::as_expected;
    }
  });
  std::array<char, 4096> buffer;
  ssize_t count = 0;
  while (end != ExitCode::as_expected && (count = ::read(stream.get(), buffer.data(), buffer.size())) != 0) {
    if (count > 0) lines.feed({buffer.data(), static_cast<std::size_t>(count)});
  }
  if (end == ExitCode::as_expected) return *end;
  int status = 0;
  ::waitpid(holder, &status, 0);
  if (!end) throw Error(fmt::format("the lab's holder ended before the lab was held{}{}", last.empty() ? "" : ": ", last));
  return *end;
}

}  // namespace useipsec
