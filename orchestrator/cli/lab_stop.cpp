#include "cli/lab_stop.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "cli/terminal.h"
#include "home/home.h"
#include "input/nearest_word.h"
#include "inside/release.h"
#include "inside/visit_folder.h"
#include "proc/folder_watch.h"
#include "report/tables.h"

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace useipsec {

namespace {

/// What a holder may take beside the lab's own end: to judge, to write, and to see that a worker had to be killed.
constexpr auto holder_grace = 10s;

void send(const UniqueFd& process, int number) { ::syscall(SYS_pidfd_send_signal, process.get(), number, nullptr, 0); }

/// Which file it is now: replaced as a whole when a case is judged anew.
ino_t identity(const fs::path& file) {
  struct stat about {};
  return ::stat(file.c_str(), &about) == 0 ? about.st_ino : 0;
}

/// Waits for the holder's end, or, where a run holds the lab, for its going on.
bool ends(const KnownLab& lab, const UniqueFd& life, std::chrono::milliseconds within) {
  Loop loop;
  bool over = false;
  const auto watch_life = loop.watch_readable(life.get(), [&] { over = true; });
  const auto look = [&] {
    const auto now = known_lab(lab.folder);
    const bool goes_on =
        lab.state && lab.state->kind == LabKind::run &&
        (!now || !now->state || now->state->phase == LabPhase::preparing || now->state->case_id != lab.state->case_id);
    over = over || goes_on;
  };
  FolderWatch folders(loop, [&](const auto&) { look(); });
  folders.add(lab.folder);
  look();
  return loop.wait([&] { return over ? Tri::holds : Tri::not_yet; }, Loop::Clock::now() + within) == WaitResult::holds;
}

void print_verdict(const LabState& lab) {
  const auto file = fs::path(lab.folder) / "case.json";
  if (fs::exists(file)) {
    auto result = run_from_json(nlohmann::json::parse(read_text(file)));
    fmt::print("{}", case_table(result, colour_wanted(STDOUT_FILENO)));
  }
  fmt::print("evidence: {}\n", lab.folder);
  if (lab.kind == LabKind::run) return;
  const auto whole = fs::path(lab.run) / "run.json";  // not there where what held the lab was killed
  fmt::print("its story: {} show {} --run {}\n", ::program_invocation_name, lab.case_id,
             fs::exists(whole) ? lab.run : file.string());
}

ExitCode forget_it(const KnownLab& lab) {
  forget(lab);
  fmt::print("the lab {} had ended without a word; nothing of it runs\n", lab.name);
  if (lab.state && !lab.state->folder.empty()) print_verdict(*lab.state);
  return ExitCode::as_expected;
}

/// A lab that is not there yet has nothing to say: it ends as by Ctrl-C.
ExitCode end_preparation(const KnownLab& lab, const UniqueFd& life, std::chrono::seconds within) {
  if (lab.state && lab.state->kind == LabKind::run) {
    throw Error(
        fmt::format("the run of process {} holds no lab at this moment; Ctrl-C in its terminal ends it", lab.holder),
        ExitCode::invalid);
  }
  send(life, SIGTERM);
  if (!ends(lab, life, within + holder_grace)) send(life, SIGKILL);
  fmt::print("the lab {} is stopped before it was held\n", lab.name);
  return ExitCode::as_expected;
}

}  // namespace

KnownLab wanted_lab(const fs::path& results, const std::string& name) {
  const auto labs = known_labs(results);
  if (labs.empty())
    throw Error(
        "expected a lab, found none; `useipsec lab start SCENARIO` makes one, `useipsec list` names the scenarios",
        ExitCode::nothing_selected);
  std::vector<std::string> names;
  for (const auto& lab : labs) names.push_back(lab.name);
  if (!name.empty()) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found != names.end()) return labs[static_cast<std::size_t>(found - names.begin())];
    const auto nearest = nearest_word(name, names);
    throw Error(fmt::format("expected a lab ({}), found \"{}\"{}", listed(names), name,
                            nearest.empty() ? "" : fmt::format("; did you mean \"{}\"?", nearest)),
                ExitCode::invalid);
  }
  if (labs.size() == 1) return labs.front();
  std::vector<KnownLab> living;
  std::copy_if(labs.begin(), labs.end(), std::back_inserter(living), [](const auto& lab) { return lab.lives(); });
  if (living.size() == 1) return living.front();
  throw Error(fmt::format("expected one lab, found {}; say which with --name", listed(names)), ExitCode::invalid);
}

ExitCode lab_stop(const LabStopOptions& options) {
  const auto lab = wanted_lab(Home::find(options.home).results(), options.name);
  if (!lab.lives()) return forget_it(lab);
  const auto life = holder_life(lab);
  if (!life && lab.holder < 0)
    throw Error(
        fmt::format("the lab {} is held by a process that cannot be seen from here (another PID namespace)", lab.name),
        ExitCode::invalid);
  if (!life) return forget_it(lab);
  const std::chrono::seconds within(options.within_s);
  if (!lab.state || lab.state->phase == LabPhase::preparing) return end_preparation(lab, life, within);

  const auto judged = fs::path(lab.state->folder) / "case.json";
  const auto before = identity(judged);
  try {
    ask_for_release(inside_folder(lab.state->run), {.case_id = lab.state->case_id, .within = within});
  } catch (const Error&) {
    // Its folder is gone from under it: what follows needs none.
  }
  bool killed = false;
  if (!ends(lab, life, within + holder_grace)) {
    killed = true;
    send(life, SIGKILL);
    ends(lab, life, holder_grace);
  }
  const bool in_order = !killed && identity(judged) != before;
  if (in_order) {
    fmt::print("the lab {} is {}\n", lab.name, lab.state->kind == LabKind::lab ? "stopped" : "let go; the run goes on");
  } else {
    fmt::print(stderr,
               "useipsec: the lab {} did not end in order within {} s and was killed; what was seen and judged before "
               "is kept\n",
               lab.name, options.within_s);
  }
  print_verdict(*lab.state);
  return in_order ? ExitCode::as_expected : ExitCode::deadline;
}

}  // namespace useipsec
