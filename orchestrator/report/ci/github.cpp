#include "report/ci/github.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "report/attempts.h"
#include "report/ci/case_text.h"
#include "report/ci/plain_text.h"
#include "report/ci/tally.h"
#include "report/flow_summary.h"

namespace useipsec {

namespace {

constexpr std::size_t most_of_cell = 400, most_of_case = 4 * 1024, most_of_annotation = 1000;

/// Text as it is, whatever Markdown and HTML would make of it.
std::string markdown(std::string_view text, std::size_t most = most_of_cell) {
  std::string result;
  for (const char c : one_line(text, most)) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '@':
        result += "&#64;";
        break;  // would name a user
      case '\\':
      case '`':
      case '*':
      case '_':
      case '{':
      case '}':
      case '[':
      case ']':
      case '(':
      case ')':
      case '#':
      case '!':
      case '|':
      case '~':
        result += '\\';
        [[fallthrough]];
      default:
        result += c;
    }
  }
  return result;
}

/// Text in HTML: no Markdown there. Newlines as characters, so that no blank line ends the block.
std::string html(std::string_view plain) {
  std::string result;
  for (const char c : plain) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '@':
        result += "&#64;";
        break;
      case '\n':
        result += "&#10;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

/// Adds pieces while there is room; counts the others.
class Page {
 public:
  explicit Page(std::size_t most) : most_(most > reserve ? most - reserve : 0) {}

  /// A heading with its rows, none where there are no rows; stops at the first row that does not fit.
  void section(const std::string& heading, const std::vector<std::string>& rows, const std::string& what,
               const std::string& end = "") {
    if (rows.empty()) return;
    if (text_.size() + heading.size() + end.size() > most_) {
      left_out(rows.size(), what);
      return;
    }
    text_ += heading;
    std::size_t taken = 0;
    while (taken < rows.size() && text_.size() + rows[taken].size() + end.size() <= most_) text_ += rows[taken++];
    text_ += end;
    if (taken < rows.size()) left_out(rows.size() - taken, what);
  }

  std::string str() const {
    return text_ + (left_.empty()
                        ? ""
                        : fmt::format("\nLeft out, because GitHub takes no more: {}.\n", fmt::join(left_, ", ")));
  }

 private:
  void left_out(std::size_t count, const std::string& what) { left_.push_back(fmt::format("{} {}", count, what)); }

  static constexpr std::size_t reserve = 2048;  // for what says that something was left out
  std::size_t most_;
  std::string text_;
  std::vector<std::string> left_;
};

std::string provenance(const RunResult& run) {
  std::vector<std::string> words{
      fmt::format("useipsec {}{}", run.tool_version, run.record.commit.empty() ? "" : " " + run.record.commit)};
  words.push_back(fmt::format("ground {}", run.ground));
  if (!run.kernel.empty()) words.push_back(run.kernel);
  for (const auto& program : run.record.programs)
    if (!program.said.empty()) words.push_back(program.said);
  if (run.shard) words.push_back(fmt::format("shard {} of {}", run.shard->index, run.shard->total));
  return fmt::format("{}", fmt::join(words, " · "));
}

std::string row(const CaseResult& each) {
  auto said = each.verdict.state == State::passed && !each.flaky ? flow_summary(each) : deciding_why(each);
  if (!each.attempts.empty()) said = attempts_text(each) + "; " + said;
  return fmt::format("| {} | {}{} | {} | {:.1f} s |\n", markdown(state_word(each)),
                     each.control_of.empty() ? "" : "control ", markdown(each.id), markdown(said), each.duration_s);
}

constexpr const char* table_head = "\n| state | case | why | time |\n|---|---|---|---|\n";

std::vector<std::string> claim_rows(const RunResult& run) {
  std::vector<std::string> rows;
  for (const auto state : {ClaimState::contradicted, ClaimState::mixed, ClaimState::reproduced}) {
    for (const auto& claim : run.claims) {
      if (claim.state != state) continue;
      rows.push_back(fmt::format("| {} | {} | {} | {} |\n", to_string(state), markdown(claim.id),
                                 markdown(fmt::format("{}", fmt::join(claim.sources, "; "))), markdown(claim.why)));
    }
  }
  return rows;
}

// Workflow commands: what a value must not hold as it is (github.com/actions/toolkit, packages/core/src/command.ts).
std::string command_text(std::string_view text, bool in_property) {
  std::string result;
  for (const char c : text) {
    if (c == '%')
      result += "%25";
    else if (c == '\r')
      result += "%0D";
    else if (c == '\n')
      result += "%0A";
    else if (in_property && c == ':')
      result += "%3A";
    else if (in_property && c == ',')
      result += "%2C";
    else
      result += c;
  }
  return result;
}

std::string annotation(const char* kind, const CaseResult& each) {
  const auto said = (each.attempts.empty() ? "" : attempts_text(each) + "; ") +
                    (each.verdict.why.empty() ? each.title : deciding_why(each));
  std::string place;
  if (!each.file.empty() && each.file.front() != '/')
    place = fmt::format("file={},line=1,", command_text(one_line(each.file, 300), true));
  return fmt::format("::{} {}title={}::{}\n", kind, place,
                     command_text(one_line(fmt::format("{} {}", each.id, state_word(each)), 200), true),
                     command_text(one_line(said, most_of_annotation), false));
}

const char* annotation_kind(const CaseResult& each, const RunResult& run) {
  if (report_of(each, run) != Report::skipped) return "error";
  return each.verdict.state == State::unsupported ? "notice" : "warning";
}

}  // namespace

std::string github_summary(const RunResult& run, std::size_t most) {
  Page page(most);
  page.section(fmt::format("## useipsec: {}\n\n{}\n", markdown(tally(run)), markdown(provenance(run), 1000)), {""},
               "heading");
  std::vector<std::string> bad, details, good;
  for (const auto* each : worst_first(run)) {
    bad.push_back(row(*each));
    if (report_of(*each, run) == Report::skipped) continue;
    details.push_back(fmt::format("\n<details><summary>{}</summary><pre>{}</pre></details>\n",
                                  html(one_line(each->id, most_of_cell)), html(case_text(*each, run, most_of_case))));
  }
  for (const auto& each : run.cases)
    if (report_of(each, run) == Report::passed) good.push_back(row(each));
  page.section(fmt::format("\n### Not passed\n{}", table_head), bad, "cases that did not pass");
  page.section("\n### Claims\n\n| status | claim | source | why |\n|---|---|---|---|\n", claim_rows(run), "claims");
  page.section("\n### Why\n", details, "explanations");
  page.section(fmt::format("\n<details><summary>{} passed</summary>\n{}", good.size(), table_head), good,
               "cases that passed", "\n</details>\n");
  return page.str();
}

std::string github_annotations(const RunResult& run) {
  std::string text;
  std::map<std::string, std::size_t> all, shown;
  const auto cases = worst_first(run);
  for (const auto* each : cases) ++all[annotation_kind(*each, run)];
  // One notice is kept for what was left out, where something is.
  const bool too_many =
      std::any_of(all.begin(), all.end(), [](const auto& each) { return each.second > github_annotation_limit; });
  for (const auto* each : cases) {
    const auto* kind = annotation_kind(*each, run);
    const auto most = github_annotation_limit - (too_many && std::string_view(kind) == "notice" ? 1 : 0);
    if (shown[kind] == most) continue;
    ++shown[kind];
    text += annotation(kind, *each);
  }
  std::vector<std::string> left;
  for (const auto& [kind, count] : all)
    if (count > shown[kind])
      left.push_back(fmt::format("{} {}{}", count - shown[kind], kind, count - shown[kind] == 1 ? "" : "s"));
  if (!left.empty())
    text += fmt::format(
        "::notice title=useipsec::Not shown, because GitHub shows ten of a kind: {}; the step summary and run.json "
        "have all\n",
        fmt::join(left, ", "));
  return text;
}

}  // namespace useipsec
