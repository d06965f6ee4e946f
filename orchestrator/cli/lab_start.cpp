#include "cli/lab_start.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/error.h"
#include "cli/lab_text.h"
#include "cli/terminal.h"
#include "input/nearest_word.h"
#include "inside/lab_register.h"
#include "lab/timeline.h"
#include "library/library.h"
#include "proc/detached_process.h"
#include "proc/line_splitter.h"
#include "report/text_layout.h"

namespace fs = std::filesystem;

namespace useipsec {

namespace {

/// The case that is meant: by its id, or the first of a scenario's subjects that the options leave, which is said.
Case chosen_case(const Library& library, const LabStartOptions& options) {
  // "esp-transport-napt.no-ipsec@libreswan" is a control of the scenario "esp-transport-napt".
  const auto at = options.what.find('/') == std::string::npos ? options.what.find('@') : std::string::npos;
  auto scenario = options.what.substr(0, at);
  if (at != std::string::npos) scenario = scenario.substr(0, scenario.find('.'));
  const auto cases = select(library, {.what = {scenario}, .engines = {}, .claims = {}});
  std::vector<Case> fitting;
  std::vector<std::string> ids;
  for (const auto& one : cases) {
    ids.push_back(one.id);
    const bool meant = at != std::string::npos ? one.id == options.what : one.control_of.empty();
    if (meant && (options.engine.empty() || one.engine == options.engine) &&
        (options.variant.empty() || one.variant == options.variant))
      fitting.push_back(one);
  }
  if (!fitting.empty()) {
    if (fitting.size() > 1) {
      std::string others;
      for (auto one = fitting.begin() + 1; one != fitting.end(); ++one)
        others += (others.empty() ? "" : ", ") + one->id;
      fmt::print(options.json ? stderr : stdout, "{}",
                 paragraph("", fmt::format("the first of {} cases, also: {}", fitting.size(), others)));
    }
    return fitting.front();
  }
  if (at != std::string::npos) {
    if (const auto nearest = nearest_word(options.what, ids); !nearest.empty()) {
      throw Error(
          fmt::format("expected a case of {}, found \"{}\"; did you mean \"{}\"?", scenario, options.what, nearest),
          ExitCode::invalid);
    }
  }
  std::string choices;
  for (const auto& one : cases) choices += "\n  " + one.id;
  throw Error(
      fmt::format("expected a case, found none for \"{}\" with these options; there are:{}", options.what, choices),
      ExitCode::invalid);
}

/// After how many steps the lab is held, by a step's number or by how its words begin.
std::optional<std::size_t> steps_until(const Case& subject, const std::string& step) {
  if (step.empty()) return std::nullopt;
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), number);
  if (error == std::errc() && end == step.data() + step.size() && number >= 1 && number <= subject.timeline.size())
    return number - 1;
  std::string steps;
  for (std::size_t n = 0; n < subject.timeline.size(); ++n) {
    const auto words = describe(subject.timeline[n]);
    if (words.rfind(step, 0) == 0) return n;
    steps += fmt::format("\n  {:>2}  {}", n + 1, words);
  }
  throw Error(fmt::format("expected a step of {} by its number or how it begins, found \"{}\"; it has{}", subject.id,
                          step, steps),
              ExitCode::invalid);
}

volatile std::sig_atomic_t channel_to_close = -1, last_signal = 0;

/// The holder sees its lifeline end, and ends; this process hears its last words.
void let_go(int number) {
  const int saved = errno;  // a signal handler must not change it
  last_signal = number;
  ::shutdown(channel_to_close, SHUT_WR);
  errno = saved;
}

void let_go_on_signals(int channel) {
  channel_to_close = channel;
  struct sigaction action {};
  action.sa_handler = let_go;
  action.sa_flags = SA_RESTART;
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(number, &action, nullptr);
}

/// What the holder says until the lab is held, or will not be.
class Listener {
 public:
  explicit Listener(bool json) : json_(json), out_(json ? stderr : stdout) {}

  void hear(const std::string& line) {
    const auto event = nlohmann::ordered_json::parse(line, nullptr, false);
    const auto kind = event.is_object() ? event.value("event", "") : "";
    if (kind.empty()) {
      if (!line.empty()) last_ = line;
    } else if (kind == "say") {
      fmt::print(out_, "\n{}", paragraph("", event.value("text", "")));
    } else if (kind == "step") {
      if (std::exchange(first_step_, false)) fmt::print(out_, "\ntimeline\n");
      fmt::print(out_, "{}",
                 step_text(event.at("number"), {event.at("text"), event.at("result"), event.at("seconds")}));
    } else if (kind == "failed") {
      if (last_signal == 0) fmt::print(stderr, "useipsec: {}\n", event.value("why", ""));
      end_ = static_cast<ExitCode>(event.value("code", 125));
    } else if (kind == "held") {
      lab_ = lab_state(event.at("lab"));
      end_ = ExitCode::as_expected;
    }
    std::fflush(out_);
  }

  /// The holder says nothing more of interest.
  bool held() const { return lab_.has_value(); }

  ExitCode conclude(const fs::path& results) const {
    if (!lab_ && last_signal != 0) return static_cast<ExitCode>(128 + last_signal);
    if (!end_)
      throw Error(
          fmt::format("what holds the lab ended before the lab was held{}{}", last_.empty() ? "" : ": ", last_));
    if (!lab_) return *end_;
    const auto others = known_labs(results);
    const bool alone = std::none_of(others.begin(), others.end(),
                                    [&](const auto& other) { return other.lives() && other.name != lab_->name; });
    if (json_) {
      fmt::print("{}", labs_text({*lab_}));
    } else {
      fmt::print("{}", next_text(*lab_, alone));
    }
    return *end_;
  }

 private:
  bool json_, first_step_ = true;
  std::FILE* out_;
  std::optional<LabState> lab_;
  std::optional<ExitCode> end_;
  std::string last_;
};

}  // namespace

ExitCode lab_start(const LabStartOptions& options) {
  const Library library(Home::find(options.home));
  const auto subject = chosen_case(library, options);
  const auto until = steps_until(subject, options.until);
  const auto name = options.name.empty() ? subject.scenario : options.name;
  expect_free(library.home().results(), name);
  fmt::print(options.json ? stderr : stdout, "{}", plan_text(subject));
  std::fflush(stdout);

  ProcessSpec holder{.program = own_executable(),
                     .arguments = {"lab-hold", "--home", library.home().root(), "--file", fs::absolute(subject.file),
                                   "--case", subject.id, "--name", name, "--ground", options.ground}};
  if (until) holder.arguments.insert(holder.arguments.end(), {"--until", std::to_string(*until)});
  if (!options.out.empty()) holder.arguments.insert(holder.arguments.end(), {"--out", fs::absolute(options.out)});
  if (!options.guest_kernel.empty())
    holder.arguments.insert(holder.arguments.end(), {"--guest-kernel", options.guest_kernel});
  const auto process = start_detached(holder);
  let_go_on_signals(process.channel.get());

  Listener listener(options.json);
  LineSplitter lines([&](const std::string& line) { listener.hear(line); });
  std::array<char, 4096> buffer;
  while (!listener.held()) {
    const ssize_t count = ::read(process.channel.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    lines.feed({buffer.data(), static_cast<std::size_t>(count)});
  }
  lines.finish();
  if (!listener.held()) ::waitpid(process.pid, nullptr, 0);
  return listener.conclude(library.home().results());
}

}  // namespace useipsec
