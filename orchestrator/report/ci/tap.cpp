#include "report/ci/tap.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "report/attempts.h"
#include "report/ci/case_text.h"
#include "report/ci/plain_text.h"
#include "report/ci/tally.h"

namespace useipsec {

namespace {

constexpr std::size_t most_of_line = 300, most_of_case = 8 * 1024;

/// A description: "#" would begin a directive, and "\" escapes it.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : one_line(text, most_of_line)) {
    if (c == '#' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

/// A YAML scalar in double quotes: every JSON string is one (YAML 1.2), and has no newline of its own.
std::string scalar(std::string_view text) {
  return nlohmann::json(std::string(text)).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string claims(const CaseResult& result) {
  std::vector<std::string> ids;
  for (const auto& claim : result.claims) ids.push_back(claim.id);
  return fmt::format("{}", fmt::join(ids, ", "));
}

std::string diagnostics(const CaseResult& result, const RunResult& run) {
  std::string text = "  ---\n";
  text += fmt::format("  state: {}\n", scalar(state_word(result)));
  text += fmt::format("  message: {}\n", scalar(one_line(deciding_why(result), most_of_line)));
  if (!result.attempts.empty()) text += fmt::format("  attempts: {}\n", scalar(attempts_text(result)));
  text += fmt::format("  severity: {}\n", report_of(result, run) == Report::skipped ? "comment" : "fail");
  text += fmt::format("  duration_ms: {:.0f}\n", result.duration_s * 1000);
  if (!result.file.empty()) text += fmt::format("  at:\n    file: {}\n", scalar(one_line(result.file, most_of_line)));
  if (!result.claims.empty()) text += fmt::format("  claims: {}\n", scalar(one_line(claims(result), most_of_line)));
  // A block, not a list of quoted lines: Perl's reader (TAP::Parser::YAMLish) takes `- "a: b"` for a mapping. An empty
  // line would end the block there.
  text += "  details: |\n";
  std::istringstream lines(case_text(result, run, most_of_case));
  for (std::string line; std::getline(lines, line);)
    if (line.find_first_not_of(" \t") != std::string::npos) text += fmt::format("    {}\n", line);
  return text + "  ...\n";
}

}  // namespace

std::string tap(const RunResult& run) {
  std::string text = fmt::format("TAP version 13\n1..{}\n", run.cases.size());
  text += fmt::format("# useipsec {} on {} {}\n", escaped(run.tool_version), escaped(run.ground), escaped(run.kernel));
  for (std::size_t index = 0; index < run.cases.size(); ++index) {
    const auto& each = run.cases[index];
    const auto report = report_of(each, run);
    const bool good = report == Report::passed || report == Report::skipped;
    text += fmt::format("{}ok {} - {}", good ? "" : "not ", index + 1, escaped(each.id));
    if (report == Report::skipped) text += fmt::format(" # SKIP {}: {}", state_word(each), escaped(each.verdict.why));
    text += "\n";
    if (report != Report::passed)
      text += diagnostics(each, run);
    else if (!each.attempts.empty())
      text += fmt::format("# {}\n", attempts_text(each));
  }
  return text + fmt::format("# {}\n", escaped(tally(run)));
}

}  // namespace useipsec
