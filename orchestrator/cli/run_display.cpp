#include "cli/run_display.h"

#include <fmt/format.h>
#include <unistd.h>

#include "cli/lab_text.h"
#include "report/attempts.h"
#include "report/cost.h"
#include "report/grid.h"

namespace useipsec {

void RunDisplay::say(const std::string& text) {
  line_.clear();
  fmt::print(out_, "{}\n", text);
  std::fflush(out_);
}

RunProgress RunDisplay::progress() {
  return {.say = [this](const std::string& text) { say(text); },
          .began = [this](const std::string& id, std::size_t done,
                          std::size_t all) { line_.show(fmt::format("[{}/{}] {}", done, all, id)); },
          .ended =
              [this](const CaseResult& one, std::size_t done, std::size_t all) {
                line_.clear();
                if (!quiet_)
                  fmt::print(out_, "[{:>{}}/{}] {:<12} {}{}{} ({:.1f} s)\n", done, std::to_string(all).size(), all,
                             state_word(one), one.id, one.attempts.empty() ? "" : ": ", attempts_text(one),
                             one.duration_s);
                std::fflush(out_);
              },
          .hold = {.held = [this](const LabState& lab) {
            line_.clear();
            fmt::print(out_, "\n{}{}\n", lab_text(lab, true),
                       enter_goes_on_ ? "Enter goes on, as `lab stop` does." : "`lab stop` goes on.");
            std::fflush(out_);
          }}};
}

void RunDisplay::print_tables(const FinishedRun& finished) {
  fmt::print("\n{}", run_tables(finished.result, colour_wanted(STDOUT_FILENO)));
  if (!finished.result.complete && finished.result.stopped.empty())
    fmt::print("PARTIAL: not every case was finished.\n");
  fmt::print("{:.0f} s in all\n{}results: {}\n", finished.result.duration_s, cost_text(finished.result),
             finished.folder.path().string());
}

}  // namespace useipsec
