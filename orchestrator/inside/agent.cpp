#include "inside/agent.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>

#include "base/error.h"
#include "base/files.h"
#include "ground/guest_init.h"
#include "inside/release.h"

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace useipsec {

namespace {

/// What a node's programs lie in: a user's PATH on Debian has no sbin.
std::string search_path() {
  const char* path = std::getenv("PATH");
  return fmt::format("PATH={}:/usr/local/sbin:/usr/sbin:/sbin",
                     path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path);
}

}  // namespace

int Agent::bell_of_environment() {
  const char* number = std::getenv(guest_stream_variable);
  return number == nullptr ? -1 : std::atoi(number);
}

Agent::Agent(Loop& loop, fs::path inside, int bell) : loop_(loop), inside_(std::move(inside)), bell_(bell) {
  if (bell_ < 0) throw Error("expected a bell in " + std::string(guest_stream_variable));
  ::unsetenv(guest_stream_variable);  // no business of the programs in the nodes
  ::signal(SIGPIPE, SIG_IGN);         // a program may end before it has read all
  ::fcntl(bell_, F_SETFL, ::fcntl(bell_, F_GETFL) | O_NONBLOCK);
  watch_bell_ = loop_.watch_readable(bell_, [this] {
    std::array<char, 256> rings;
    ssize_t count = 0;
    while ((count = ::read(bell_, rings.data(), rings.size())) > 0) {
    }
    if (count == 0) {  // the supervisor is gone; without it there is nothing to hold the lab for
      released_ = true;
      watch_bell_.reset();
    }
    look();
  });
}

Agent::~Agent() = default;

void Agent::hold(Lab& lab, fs::path folder) {
  lab_ = &lab;
  folder_ = std::move(folder);
  released_ = false;
  look();
  loop_.wait([this] { return released_ ? Tri::holds : Tri::not_yet; }, Loop::Clock::now() + for_ever);
  end_programs();
  lab_ = nullptr;
  look();
}

void Agent::look() {
  std::error_code ignored;
  if (const auto release = asked_release(inside_); release && lab_ != nullptr) {
    released_ = released_ || release->case_id == lab_->subject().id;
    clear_release(inside_);
  }
  std::set<std::string> present;
  for (const auto& entry : fs::directory_iterator(inside_, ignored)) {
    if (is_visit_name(entry.path().filename())) present.insert(entry.path().filename());
  }
  for (const auto& name : present) {
    if (!seen_.contains(name)) open(name);
  }
  for (auto& [name, session] : sessions_) present.contains(name) ? session->look() : session->hang_up();
  seen_ = std::move(present);
  std::erase_if(sessions_, [](const auto& session) { return session.second->over(); });
}

void Agent::open(const std::string& name) {
  const VisitFolder visit{inside_ / name};
  const auto refuse = [&](int code, const std::string& why) {
    try {
      LetterWriter(visit.output()).put({.kind = LetterKind::refused, .body = fmt::format("{} {}", code, why)});
    } catch (const Error&) {
      // Nobody is there to hear it.
    }
  };
  try {
    const auto request = program_request(read_text(visit.request()));
    if (lab_ == nullptr || released_ || lab_->subject().id != request.case_id)
      return refuse(2, fmt::format("the lab of {} is held no longer", request.case_id));
    ProcessSpec spec{.program = request.command.front(),
                     .arguments = {request.command.begin() + 1, request.command.end()},
                     .environment = request.environment,
                     .input = {},
                     .directory = folder_};
    spec.environment.push_back(search_path());
    auto process = AttachedProcess::start(spec, lab_->network().node(request.node).handles(),
                                          request.terminal ? std::optional(request.size) : std::nullopt);
    sessions_[name] = std::make_unique<ProgramSession>(loop_, visit, std::move(process));
  } catch (const Error& error) {
    refuse(static_cast<int>(error.exit_code()), error.what());
  }
}

void Agent::end_programs() {
  const auto ended = [this] {
    return std::all_of(sessions_.begin(), sessions_.end(), [](const auto& session) { return session.second->over(); })
               ? Tri::holds
               : Tri::not_yet;
  };
  for (const int number : {SIGHUP, SIGKILL}) {
    for (auto& [name, session] : sessions_) session->signal(number);
    if (loop_.wait(ended, Loop::Clock::now() + 1s) == WaitResult::holds) break;
  }
  sessions_.clear();
}

}  // namespace useipsec
