#include <fmt/format.h>

#include <cstdio>

#include "base/error.h"
#include "cli/options.h"
#include "cli/verbs.h"
#include "ground/guest.h"

namespace useipsec {

namespace {

struct InGuestOptions {
  std::string results, guest_kernel;
  std::vector<std::string> command;
  unsigned minutes = 10;
};

ExitCode in_guest(const InGuestOptions& options) {
  std::filesystem::create_directories(options.results);
  GuestSpec spec;
  if (!options.guest_kernel.empty()) spec.kernel = options.guest_kernel;
  spec.name = "single";
  spec.results = std::filesystem::canonical(options.results);
  spec.command = options.command;
  spec.command.front() = std::filesystem::canonical(spec.command.front());
  spec.on_output = [](const std::string& line) { fmt::print("{}\n", line), std::fflush(stdout); };
  Loop loop;
  auto guest = Guest::start(loop, spec);
  const auto outcome = guest.wait(Loop::Clock::now() + std::chrono::minutes(options.minutes));
  if (outcome.end != GuestEnd::completed)
    throw Error(fmt::format("the guest {}: {}", to_string(outcome.end), outcome.why));
  fmt::print("guest {}: ready after {:.1f} s, the program ended with {}\n", outcome.kernel, outcome.ready_s,
             outcome.exit_code);
  return static_cast<ExitCode>(outcome.exit_code);
}

}  // namespace

Verb in_guest_verb() {
  return {
      .name = "in-guest",
      .summary = "Run one program as root of a guest kernel; only one folder is writable there",
      .example = "useipsec in-guest --results /tmp/out -- /sbin/ip xfrm state",
      .declare =
          [](Arguments arguments) {
            auto options = std::make_shared<InGuestOptions>();
            arguments.option("--results", options->results, "the writable folder, at the same path inside").required();
            arguments.option("--guest-kernel", options->guest_kernel, "another User-Mode Linux kernel")
                .from_environment("USEIPSEC_GUEST_KERNEL");
            arguments.option("--minutes", options->minutes, "deadline (default: 10)");
            arguments.option("command", options->command, "program and arguments").required();
            return [options] { return in_guest(*options); };
          },
      .hidden = true};
}

}  // namespace useipsec
