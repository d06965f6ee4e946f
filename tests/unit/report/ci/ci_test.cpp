// What CI systems are given: read back as they read it, within their limits, and whole whatever a daemon said.
#include <gmock/gmock.h>

#include <pugixml.hpp>
#include <regex>
#include <sstream>

#include "helpers/golden.h"
#include "report/ci/github.h"
#include "report/ci/junit.h"
#include "report/ci/plain_text.h"
#include "report/ci/tally.h"
#include "report/ci/tap.h"
#include "unit/report/made_up_run.h"

namespace useipsec {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

/// What a daemon could say to break a report: escape sequences, bytes that are no text, ends of every syntax.
const std::string hostile =
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 bell\x07 nul\x01 ]]> </failure> <script> & \xff\xfe \xe2\x80\xae"
    "turned [[ATTACHMENT|/etc/passwd]]\n::error::injected\n  ...\nnot ok 99 - injected # TODO \\ | `code` @root %0A";

/// One case of every state, a flaky one, and hostile text wherever text can come from.
RunResult all_states() {
  auto [good, control] = made_up_pair("ah-nat", State::passed, "nat-ah-icv");
  good.flows = {made_up_flow("ping", "blocked", Outcome::blocked, {WireForm::ah})};
  auto failed =
      made_up_case("esp-nat@libreswan+napt", State::failed, "flow ping: expected protected, observed exposed");
  failed.verdict.checks = {{"flow ping", "protected as esp", "exposed as clear", false},
                           {"child SA of alice", "up", "up", true}};
  failed.drops = {{"bob", "XfrmInNoPols", 3, "a packet that no policy lets in"}};
  failed.deciding_log = {{.at = 1.25, .node = "alice", .program = "pluto", .line = hostile, .kind = LogKind::refused}};
  failed.evidence = {failed.id + "/captures/wan-nat.pcap", failed.id + "/nodes/alice/pluto.log",
                     failed.id + "/nodes/alice/ipsec.secrets"};
  auto flaky = made_up_case("nd-loop@libreswan", State::failed, "flow ping: expected blocked, observed protected");
  flaky.flaky = true;
  flaky.attempts = {{1, State::passed, "", 2, flaky.id + "~1"}, {2, State::failed, flaky.verdict.why, 3, flaky.id}};
  auto broken = made_up_case("odd@libreswan", State::broken, hostile);
  broken.title = hostile;
  return made_up_run({good, control, failed, flaky, broken,
                      made_up_case("slow@libreswan", State::timeout, "60 s are over"),
                      made_up_case("fell@libreswan", State::crashed, "pluto at alice was ended by SIGSEGV"),
                      made_up_case("ah-v2@manual", State::unsupported, "manual has no IKE"),
                      made_up_case("bare@libreswan", State::precondition, "no pluto"),
                      made_up_case("late@libreswan", State::not_run, "the run was interrupted")});
}

bool is_xml_text(const std::string& text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t'; });
}

TEST(PlainText, StripsEscapeSequencesControlsAndWhatIsNoText) {
  EXPECT_EQ(plain_text("\x1b[1;31mred\x1b[0m"), "red");
  EXPECT_EQ(plain_text("\x1b]0;window title\x07"
                       "after"),
            "after");
  EXPECT_EQ(plain_text("\x1b]0;never ends\nnext"), "\nnext");
  EXPECT_EQ(plain_text("\xc2\x9b"
                       "31mred"),
            "red");
  EXPECT_EQ(plain_text("\x1b(Btext\x1b"), "text");
  EXPECT_EQ(plain_text("\x1b["), "");
  EXPECT_EQ(plain_text(std::string("a\0b\x01\x7f\r\n\tc", 9)), "ab\n\tc");
  EXPECT_EQ(plain_text("\xff\xef\xbf\xbf\xe2\x80\xae"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(plain_text("gr\xc3\xbc\xc3\x9f \xe4\xb8\xad"), "gr\xc3\xbc\xc3\x9f \xe4\xb8\xad");
}

TEST(PlainText, KeepsItsBounds) {
  EXPECT_EQ(one_line("  one\n two\t", 100), "one two");
  EXPECT_EQ(one_line("abcdefgh", 6), "abc...");
  EXPECT_EQ(one_line("\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc", 6), "\xc3\xbc...") << "never half a character";
  const auto cut = bounded(std::string(5000, 'a') + std::string(5000, 'z'), 1000);
  EXPECT_LE(cut.size(), 1000U);
  EXPECT_THAT(cut, HasSubstr("bytes left out]"));
  EXPECT_THAT(cut, EndsWith("z"));
  EXPECT_EQ(bounded("short", 1000), "short");
}

TEST(Tally, SaysWhatStopsAPipelineFirst) {
  const auto run = all_states();
  std::vector<std::string> ids;
  for (const auto* each : worst_first(run)) ids.push_back(each->id);
  EXPECT_THAT(ids, ElementsAre("odd@libreswan", "slow@libreswan", "late@libreswan", "esp-nat@libreswan+napt",
                               "nd-loop@libreswan", "fell@libreswan", "ah-v2@manual", "bare@libreswan"));
  EXPECT_EQ(tally(run),
            "10 cases: 2 passed, 1 failed, 1 crashed, 1 timeout, 1 broken, 1 unsupported, 1 precondition, 1 not-run, 1 "
            "flaky");
}

TEST(Tally, AStopOnPurposeLeavesNoErrors) {
  auto run = made_up_run({made_up_case("a@x", State::failed, "no"), made_up_case("b@x", State::not_run, "stopped")});
  run.complete = false;
  EXPECT_EQ(report_of(run.cases[1], run), Report::error);
  run.stopped = "fail-fast";
  EXPECT_EQ(report_of(run.cases[1], run), Report::skipped);
}

TEST(Junit, IsWhatItsReadersRead) {
  const auto run = all_states();
  const auto text = junit_xml(run, {.folder = "results/ci"});
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(text.c_str()));
  EXPECT_TRUE(is_xml_text(text));
  const auto root = document.child("testsuites");
  EXPECT_EQ(root.attribute("tests").as_int(), 10);
  EXPECT_EQ(root.attribute("failures").as_int(), 3);
  EXPECT_EQ(root.attribute("errors").as_int(), 3);
  EXPECT_EQ(root.attribute("skipped").as_int(), 2);
  int tests = 0;
  for (const auto& suite : root.children("testsuite")) {
    EXPECT_FALSE(suite.child("testsuite")) << "dorny/test-reporter leaves nested suites out";
    for (const auto& each : suite.children("testcase")) {
      ++tests;
      EXPECT_EQ(std::string("useipsec.") + suite.attribute("name").value(), each.attribute("classname").value());
    }
  }
  EXPECT_EQ(tests, 10);
  const auto find = [&](const char* id) {
    return root.find_node([&](pugi::xml_node node) { return std::string_view(node.attribute("name").value()) == id; });
  };
  EXPECT_EQ(std::string_view(find("nd-loop@libreswan").child("failure").attribute("type").value()), "flaky");
  EXPECT_THAT(find("nd-loop@libreswan").child("failure").attribute("message").value(),
              HasSubstr("passed 1, failed 1 of 2; attempt 2: "));
  EXPECT_TRUE(find("late@libreswan").child("error")) << "a run that was cut off must not look skipped";
  EXPECT_TRUE(find("ah-v2@manual").child("skipped"));
  const auto control = find("ah-nat.no-ipsec@libreswan");
  EXPECT_EQ(std::string_view(control.attribute("classname").value()), "useipsec.ah-nat")
      << "a control stands with its subject";
  EXPECT_EQ(std::string_view(find("esp-nat@libreswan+napt").child("system-out").text().get()),
            "[[ATTACHMENT|results/ci/esp-nat@libreswan+napt/nodes/alice/pluto.log]]\n"
            "[[ATTACHMENT|results/ci/esp-nat@libreswan+napt/captures/wan-nat.pcap]]\n");
  expect_golden("ci/junit.xml", text);
}

TEST(Junit, NobodyCanHaveAFileAttachedByWriting) {
  const auto text = junit_xml(all_states(), {.folder = "results/ci"});
  EXPECT_THAT(text, Not(HasSubstr("[[ATTACHMENT|/etc/passwd")));
  auto run = made_up_run({made_up_case("a@x", State::failed)});
  run.cases[0].evidence = {"a@x/x]][[ATTACHMENT|/etc/passwd.log", "a@x/new\nline.log"};
  EXPECT_THAT(junit_xml(run, {.folder = "r"}), Not(HasSubstr("ATTACHMENT")));
}

TEST(Junit, ClaimsCarryTheirSource) {
  auto run = all_states();
  run.claims[0].sources = {"RFC 3715 2.1(a)", "RFC 5406 3"};
  EXPECT_THAT(junit_xml(run, {.folder = "r"}),
              HasSubstr("<property name=\"source\" value=\"nat-ah-icv: RFC 3715 2.1(a); RFC 5406 3\" />"));
}

TEST(Junit, StaysWithinItsBudgetHoweverMuchWasSaid) {
  auto one = made_up_case("a@x", State::failed, std::string(100000, 'w'));
  one.verdict.checks = {{"flow", std::string(100000, 'x'), "y", false}};
  std::vector<CaseResult> cases(1000, one);
  for (std::size_t index = 0; index < cases.size(); ++index) cases[index].id = "a" + std::to_string(index) + "@x";
  const auto text = junit_xml(made_up_run(cases), {.folder = "r", .text_budget = 1024 * 1024});
  EXPECT_LT(text.size(), 3U * 1024 * 1024);
  pugi::xml_document document;
  EXPECT_TRUE(document.load_string(text.c_str()));
}

/// One test line of TAP with what stands behind it.
TEST(Tap, HasYamlThatNoTextEnds) {
  const auto text = tap(all_states());
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(line, "TAP version 13");
  std::getline(lines, line);
  EXPECT_EQ(line, "1..10");
  const std::regex test("(not )?ok ([0-9]+) - [^#]*( # SKIP .*)?"), comment("#.*"),
      yaml("  ([a-z_]+:( \".*\"| [a-z0-9]+| \\|)?|  .*)");
  int number = 0;
  bool inside = false;
  while (std::getline(lines, line)) {
    std::smatch match;
    if (std::regex_match(line, match, test)) {
      EXPECT_EQ(std::stoi(match[2]), ++number);
      EXPECT_FALSE(inside);
    } else if (line == "  ---" || line == "  ...") {
      EXPECT_EQ(inside, line == "  ...");
      inside = !inside;
    } else {
      EXPECT_TRUE(inside ? std::regex_match(line, yaml) : std::regex_match(line, comment)) << line;
    }
  }
  EXPECT_EQ(number, 10);
  expect_golden("ci/run.tap", text);
}

TEST(Tap, AFlakyCaseIsNotOk) { EXPECT_THAT(tap(all_states()), HasSubstr("\nnot ok 4 - nd-loop@libreswan\n")); }

TEST(GithubSummary, IsMarkdownThatStaysMarkdown) {
  const auto text = github_summary(all_states());
  EXPECT_THAT(text, Not(HasSubstr("<script>")));
  EXPECT_THAT(text, Not(HasSubstr("@root")));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.front() != '|') continue;
    int bars = 0;
    for (std::size_t index = 0; index < line.size(); ++index)
      bars += line[index] == '|' && (index == 0 || line[index - 1] != '\\') ? 1 : 0;
    EXPECT_EQ(bars, 5) << line;
  }
  expect_golden("ci/summary.md", text);
}

TEST(GithubSummary, SaysWhatHadNoRoom) {
  std::vector<CaseResult> cases;
  for (int index = 0; index < 3000; ++index)
    cases.push_back(made_up_case("a" + std::to_string(index) + "@x", index % 2 == 0 ? State::failed : State::passed,
                                 std::string(5000, '<')));
  const auto run = made_up_run(cases);
  const auto text = github_summary(run);
  EXPECT_LE(text.size(), github_summary_limit);
  EXPECT_THAT(text, HasSubstr("Left out, because GitHub takes no more:"));
  EXPECT_THAT(text, HasSubstr("cases that passed"));
  EXPECT_LE(github_summary(run, 10000).size(), 10000U);
  EXPECT_LE(github_summary(run, 0).size(), 2048U) << "a step's file that is full already gets a line, no more";
}

std::size_t count(const std::string& text, const std::string& word) {
  std::size_t found = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++found;
  return found;
}

TEST(GithubAnnotations, AreOneCommandALine) {
  const auto text = github_annotations(all_states());
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    EXPECT_TRUE(std::regex_match(line, std::regex("::(error|warning|notice) [^:]*::.*"))) << line;
  EXPECT_EQ(count(text, "\n::error::injected"), 0U);
  expect_golden("ci/annotations.txt", text);
}

TEST(GithubAnnotations, TenOfAKindWorstFirstAndANoteOfTheRest) {
  std::vector<CaseResult> cases;
  for (int index = 0; index < 12; ++index) {
    cases.push_back(made_up_case("f" + std::to_string(index) + "@x", State::failed));
    cases.push_back(made_up_case("u" + std::to_string(index) + "@x", State::unsupported));
  }
  cases.push_back(made_up_case("worst@x", State::broken));
  const auto text = github_annotations(made_up_run(cases));
  EXPECT_EQ(count(text, "::error "), 10U);
  EXPECT_EQ(count(text, "::notice "), 10U) << "the note of what was left out is one of them";
  EXPECT_EQ(text.rfind("::error file=scenarios/nat/worst.json,line=1,title=worst@x broken::", 0), 0U);
  EXPECT_THAT(text, HasSubstr("Not shown, because GitHub shows ten of a kind: 3 errors, 3 notices;"));
}

TEST(GithubAnnotations, NothingToSayAboutAGoodRun) {
  EXPECT_EQ(github_annotations(made_up_run({made_up_case("a@x", State::passed)})), "");
}

}  // namespace
}  // namespace useipsec
