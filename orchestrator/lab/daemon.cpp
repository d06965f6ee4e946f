#include "lab/daemon.h"

#include <algorithm>
#include <csignal>

namespace useipsec {

Daemon::Daemon(Loop& loop, DaemonSpec spec, const ProcessSpec& process, const Namespaces& namespaces, std::string node,
               const std::filesystem::path& log_file, Recorder& recorder)
    : spec_(std::move(spec)), node_(std::move(node)), log_(log_file, std::ios::app), recorder_(recorder) {
  process_ = std::make_unique<Process>(
      Process::start(loop, process, namespaces, [this](const std::string& line) { hear(line); }));
}

void Daemon::hear(const std::string& line) {
  log_ << line << '\n' << std::flush;
  last_line_ = line;
  LogRecord record{.at = recorder_.now(), .node = node_, .program = spec_.name, .line = line};
  for (const auto& [pattern, kind] : spec_.patterns) {
    if (!std::regex_search(line, pattern)) continue;
    record.kind = kind;
    break;
  }
  switch (record.kind) {
    case LogKind::ready:
      ++ready_lines_;
      break;
    case LogKind::ike_up:
      ++ike_sas_;
      break;
    case LogKind::ike_down:
      ike_sas_ = std::max(0, ike_sas_ - 1);
      break;
    case LogKind::refused:
      refusal_ = line;
      break;
    case LogKind::child_up:
    case LogKind::warning:
    case LogKind::other:
      break;
  }
  recorder_.log(std::move(record));
}

void Daemon::ask_to_stop() { process_->ask_to_stop(); }

void Daemon::stop(std::chrono::milliseconds grace) { process_->stop(grace); }

void Daemon::kill() {
  process_->signal(SIGKILL);
  process_->stop({});
}

}  // namespace useipsec
