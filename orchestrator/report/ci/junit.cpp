#include "report/ci/junit.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <pugixml.hpp>
#include <sstream>

#include "report/attempts.h"
#include "report/ci/case_text.h"
#include "report/ci/plain_text.h"
#include "report/ci/tally.h"

namespace useipsec {

namespace {

constexpr std::size_t most_of_case = 32 * 1024, least_of_case = 512, most_of_line = 300, most_attachments = 20;

/// Plain, and nothing in it is taken for an attachment: readers attach whatever file the mark names.
std::string harmless(std::string text) {
  for (auto at = text.find("[[ATTACHMENT"); at != std::string::npos; at = text.find("[[ATTACHMENT", at))
    text.insert(at + 1, " ");
  return text;
}

std::string line(std::string_view text) { return harmless(one_line(text, most_of_line)); }

void attribute(pugi::xml_node node, const char* name, std::string_view value) {
  node.append_attribute(name).set_value(line(value).c_str());
}

void property(pugi::xml_node properties, const char* name, std::string_view value) {
  if (value.empty()) return;
  auto node = properties.append_child("property");
  attribute(node, "name", name);
  attribute(node, "value", value);
}

/// A scenario without the name of the control.
std::string suite_name(const CaseResult& result) { return result.scenario.substr(0, result.scenario.find('.')); }

struct Counts {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
  double seconds = 0;

  void add(const CaseResult& result, const RunResult& run) {
    const auto report = report_of(result, run);
    ++tests;
    failures += report == Report::failed ? 1 : 0;
    errors += report == Report::error ? 1 : 0;
    skipped += report == Report::skipped ? 1 : 0;
    seconds += result.duration_s;
  }
  void write(pugi::xml_node node) const {
    node.append_attribute("tests").set_value(tests);
    node.append_attribute("failures").set_value(failures);
    node.append_attribute("errors").set_value(errors);
    node.append_attribute("skipped").set_value(skipped);
    attribute(node, "time", fmt::format("{:.3f}", seconds));
  }
};

class JunitWriter {
 public:
  JunitWriter(const RunResult& run, const JunitOptions& options) : run_(run), options_(options) {
    const auto telling = std::max<std::size_t>(1, worst_first(run).size());
    share_ = std::clamp(options.text_budget / telling, least_of_case, most_of_case);
  }

  std::string write() {
    pugi::xml_document document;
    auto declaration = document.append_child(pugi::node_declaration);
    attribute(declaration, "version", "1.0");
    attribute(declaration, "encoding", "UTF-8");
    auto root = document.append_child("testsuites");
    attribute(root, "name", "useipsec");
    Counts all;
    for (const auto& each : run_.cases) all.add(each, run_);
    all.write(root);
    for (const auto& [name, cases] : suites()) suite(root.append_child("testsuite"), name, cases);
    std::ostringstream text;
    document.save(text, "  ");
    return text.str();
  }

 private:
  using Cases = std::vector<const CaseResult*>;

  /// In the run's order, each scenario with its controls.
  std::vector<std::pair<std::string, Cases>> suites() const {
    std::vector<std::pair<std::string, Cases>> all;
    std::map<std::string, std::size_t> known;
    for (const auto& each : run_.cases) {
      const auto [found, is_new] = known.emplace(suite_name(each), all.size());
      if (is_new) all.emplace_back(found->first, Cases());
      all[found->second].second.push_back(&each);
    }
    return all;
  }

  void suite(pugi::xml_node node, const std::string& name, const Cases& cases) {
    attribute(node, "name", name);
    Counts counts;
    for (const auto* each : cases) counts.add(*each, run_);
    counts.write(node);
    // Jenkins reads a time without zone; it is UTC.
    if (const auto& began = run_.record.began; !began.empty())
      attribute(node, "timestamp", began.substr(0, began.find('Z')));
    auto properties = node.append_child("properties");
    property(properties, "useipsec", run_.tool_version);
    property(properties, "commit", run_.record.commit);
    property(properties, "ground", run_.ground);
    property(properties, "kernel", run_.kernel);
    property(properties, "kernel-config-sha256", run_.record.kernel.config_sha256);
    for (const auto& program : run_.record.programs) property(properties, program.name.c_str(), program.said);
    for (const auto* each : cases) test_case(node.append_child("testcase"), *each);
  }

  void test_case(pugi::xml_node node, const CaseResult& result) {
    attribute(node, "name", result.id);
    attribute(node, "classname", "useipsec." + suite_name(result));
    attribute(node, "time", fmt::format("{:.3f}", result.duration_s));
    if (!result.file.empty() && result.file.front() != '/') attribute(node, "file", result.file);
    const auto report = report_of(result, run_);
    const bool unexpected = report == Report::failed || report == Report::error;
    const auto attached = unexpected ? attachments(result) : std::vector<std::string>();
    case_properties(node.append_child("properties"), result, attached);
    if (report == Report::passed) return;
    auto outcome = node.append_child(report == Report::failed  ? "failure"
                                     : report == Report::error ? "error"
                                                               : "skipped");
    attribute(outcome, "type", state_word(result));
    attribute(outcome, "message",
              fmt::format("{}: {}{}", state_word(result), attempts_words(result), deciding_why(result)));
    outcome.text().set(harmless(case_text(result, run_, share_)).c_str());
    if (attached.empty()) return;
    std::string text;
    for (const auto& path : attached) text += fmt::format("[[ATTACHMENT|{}]]\n", path);
    node.append_child("system-out").text().set(text.c_str());
  }

  static std::string attempts_words(const CaseResult& result) {
    return result.attempts.empty() ? "" : attempts_text(result) + "; ";
  }

  void case_properties(pugi::xml_node properties, const CaseResult& result, const std::vector<std::string>& attached) {
    property(properties, "state", state_word(result));
    property(properties, "attempts", attempts_text(result));
    property(properties, "title", result.title);
    property(properties, "engine", result.engine);
    property(properties, "variant", result.variant);
    property(properties, "control-of", result.control_of);
    for (const auto& path : attached) property(properties, "attachment", path);
    if (!result.control_of.empty()) return;  // a control bears on nothing by itself
    for (const auto& claim : result.claims) {
      const auto known =
          std::find_if(run_.claims.begin(), run_.claims.end(), [&](const auto& each) { return each.id == claim.id; });
      property(properties, "claim",
               fmt::format("{} {}", claim.bearing == Bearing::supports ? "supports" : "refutes", claim.id));
      if (known != run_.claims.end() && !known->sources.empty())
        property(properties, "source", fmt::format("{}: {}", claim.id, fmt::join(known->sources, "; ")));
    }
  }

  /// What to look at first comes first: GitLab shows one. A path that would end the mark is left out.
  std::vector<std::string> attachments(const CaseResult& result) const {
    std::vector<std::string> paths;
    for (const auto* ending : {".log", ".pcapng", ".pcap", ".json"}) {
      for (const auto& each : result.evidence) {
        const auto path = (options_.folder / each).lexically_normal().string();
        if (each.ends_with(ending) && path == one_line(path, path.size()) && path.find("]]") == std::string::npos &&
            path.find('|') == std::string::npos && paths.size() < most_attachments)
          paths.push_back(path);
      }
    }
    return paths;
  }

  const RunResult& run_;
  const JunitOptions& options_;
  std::size_t share_ = 0;
};

}  // namespace

std::string junit_xml(const RunResult& run, const JunitOptions& options) { return JunitWriter(run, options).write(); }

}  // namespace useipsec
