#include "report/html/page.h"

#include <gmock/gmock.h>

#include <regex>

#include "report/html/excerpt.h"
#include "report/html/publish.h"
#include "report/html/view.h"
#include "unit/report/made_up_results.h"

namespace useipsec {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> all(const std::string& text, const std::string& pattern) {
  std::vector<std::string> found;
  const std::regex expression(pattern);
  for (std::sregex_iterator at(text.begin(), text.end(), expression), end; at != end; ++at) found.push_back((*at)[1]);
  return found;
}

/// Without the page in what a failure prints.
bool has(const std::string& text, const std::string& what) { return text.find(what) != std::string::npos; }

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t number = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++number;
  return number;
}

TEST(PageTest, SaysClaimsMatrixAndCases) {
  ResultFolder folder;
  fill_with_ah_through_nat(folder);
  const auto page = html_page(folder.finish(), {});
  EXPECT_TRUE(has(page, "<h1>2 cases: 2 passed</h1>")) << "lacks it";
  EXPECT_TRUE(has(page, "AH fails behind any NAT.")) << "lacks it";
  EXPECT_TRUE(has(page, "RFC 3715 2.1(a)")) << "lacks it";
  EXPECT_TRUE(has(page, "1 claim that no case of this run bears on")) << "lacks it";
  EXPECT_TRUE(has(page, "reproduced by <a class=\"id\" href=\"#nat-ah@manual\">nat-ah@manual</a>"));
  EXPECT_TRUE(has(page, "<a class=\"mark good\" href=\"#nat-ah@manual\">")) << "lacks it";
  EXPECT_TRUE(has(page, "last seen on far")) << "lacks it";
  EXPECT_TRUE(has(page, "<svg class=\"topology\"")) << "lacks it";
  EXPECT_TRUE(has(page, "<svg class=\"ladder\"")) << "lacks it";
  EXPECT_TRUE(has(page, "conn peers")) << "lacks it";
  EXPECT_TRUE(has(page, "nat-ah%40manual/captures/far-nat.pcap")) << "lacks it";
  EXPECT_FALSE(has(page, "partial run")) << "has it";
}

TEST(PageTest, SaysWhatGrowsWhereItIsMeasured) {
  ResultFolder folder;
  fill_with_ah_through_nat(folder);
  EXPECT_FALSE(has(html_page(folder.finish(), {}), "id=\"growth\"")) << "there is no series";
  fill_with_growing_numbers(folder);
  const auto page = html_page(folder.finish(), {});
  EXPECT_TRUE(has(page, "<li><a href=\"#growth\">What grows with the number of nodes</a></li>")) << "lacks it";
  EXPECT_TRUE(has(page, "<h3 id=\"growth-nd-count@manual\">nd-count@manual</h3>")) << "lacks it";
  EXPECT_TRUE(has(page, "<p>Manual SAs of n hosts</p>")) << "lacks it";
  EXPECT_EQ(count(page, "<svg class=\"growth\""), 1u);
  // The same numbers as text: 4n in one node, 4n in each of n.
  EXPECT_TRUE(
      has(page, "<td class=\"n\">64</td><td class=\"n\">1024</td><td class=\"n\">4</td><td class=\"n\">64</td>"));
  EXPECT_TRUE(has(page, "<a class=\"mark good\" href=\"#nd-count@manual+n16\">")) << "lacks it";
  EXPECT_LT(page.find("id=\"matrix\""), page.find("id=\"growth\""));
  EXPECT_LT(page.find("id=\"growth\""), page.find("id=\"cases\""));
}

TEST(PageTest, EveryLinkWithinLeadsSomewhereAndNoIdIsTwice) {
  ResultFolder folder;
  fill_with_ah_through_nat(folder);
  fill_with_growing_numbers(folder);
  const auto page = html_page(folder.finish(), {});
  const auto ids = all(page, " id=\"([^\"]*)\"");
  const std::set<std::string> known(ids.begin(), ids.end());
  EXPECT_EQ(known.size(), ids.size());
  for (const auto& target : all(page, "href=\"#([^\"]*)\"")) EXPECT_TRUE(known.contains(target)) << target;
  for (const auto& file : all(page, "href=\"([^#\"][^\"]*)\"")) EXPECT_THAT(file, Not(HasSubstr(":"))) << file;
}

TEST(PageTest, NeedsNothingElseAndRunsNothing) {
  ResultFolder folder;
  fill_with_ah_through_nat(folder);
  fill_with_growing_numbers(folder);
  const auto page = html_page(folder.finish(), {});
  for (const auto* foreign : {"<script", "http://", "https://", "src=", "@import", "url("})
    EXPECT_FALSE(has(page, foreign)) << "has it";
  EXPECT_TRUE(has(page, "Content-Security-Policy\" content=\"default-src 'none'")) << "lacks it";
}

TEST(PageTest, TheSameFilesGiveTheSamePageWhereverTheyLie) {
  ResultFolder folder;
  fill_with_ah_through_nat(folder);
  const auto first = html_page(folder.finish(), {});
  const auto elsewhere = folder.path().parent_path() / "page-elsewhere";
  std::filesystem::remove_all(elsewhere);
  std::filesystem::copy(folder.path(), elsewhere, std::filesystem::copy_options::recursive);
  EXPECT_EQ(html_page(read_stored_run(elsewhere), {}), first);
  std::filesystem::remove_all(elsewhere);
}

TEST(PageTest, HostileTextIsShownNotObeyed) {
  const std::string hostile = "</td><img src=x onerror=alert(1)>\"'&\x1b[2J\xff\xe2\x80\xae";
  ResultFolder folder;
  Trial trial;
  trial.subject.id = "a\"><script>@manual";
  trial.subject.scenario = hostile;
  trial.subject.title = hostile;
  trial.subject.about = hostile;
  trial.subject.claims = {{hostile, Bearing::supports, hostile}};
  trial.subject.controls = {hostile};
  trial.seen.steps = {{.began = 0, .ended = 1, .text = hostile, .result = hostile}};
  trial.seen.log = {{.at = 1, .node = hostile, .program = hostile, .line = hostile, .kind = LogKind::refused}};
  folder.run.kernel = folder.run.ground = folder.run.tool_version = hostile;
  trial.pings(false, in_ah);
  folder.add(trial, "hostile");
  folder.run.cases[0].topology = hostile;
  write_text(folder.path() / "hostile" / "nodes" / "alice" / "pluto.log", hostile);
  folder.run.cases[0].id = "hostile";
  folder.run.claims = {{.id = hostile,
                        .state = ClaimState::mixed,
                        .why = hostile,
                        .group_title = hostile,
                        .statement = hostile,
                        .sources = {hostile}}};
  auto stored = folder.finish();
  stored.missing = {hostile};
  const auto page = html_page(stored, {});
  EXPECT_FALSE(has(page, "<img")) << "has it";
  EXPECT_FALSE(has(page, "<script")) << "has it";
  EXPECT_FALSE(has(page, "\x1b")) << "has it";
  EXPECT_FALSE(has(page, "\xff")) << "has it";
  EXPECT_FALSE(has(page, "\xe2\x80\xae")) << "has it";
  EXPECT_TRUE(has(page, "&lt;/td&gt;&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;\\x1b[2J")) << "lacks it";
}

TEST(PageTest, APartialRunSaysWhatIsMissing) {
  ResultFolder folder;
  fill_with_ah_through_nat(folder);
  folder.run.complete = false;
  folder.run.cases[1].verdict.state = State::not_run;
  folder.run.cases[1].verdict.why = "the run was interrupted";
  std::filesystem::remove_all(folder.path() / "nat-ah.routed@manual");
  const auto page = html_page(folder.finish(), {});
  EXPECT_TRUE(has(page, "This report is of a partial run.")) << "lacks it";
  EXPECT_TRUE(has(page, "1 of 2 cases are not there: nat-ah.routed@manual")) << "lacks it";
  EXPECT_TRUE(has(page, "the run was interrupted")) << "lacks it";
}

TEST(PageTest, WhatACaseLacksIsSaidAtTheCase) {
  ResultFolder folder;
  fill_with_ah_through_nat(folder);
  const auto stored = folder.finish();
  std::filesystem::remove(folder.path() / "nat-ah@manual" / "topology.json");
  std::filesystem::remove(folder.path() / "nat-ah@manual" / "captures" / "far-nat.pcap");
  const auto page = html_page(stored, {});
  EXPECT_TRUE(has(page, "topology.json is not there")) << "lacks it";
  EXPECT_TRUE(has(page, "captures/far-nat.pcap is not there")) << "lacks it";
}

TEST(PageTest, ASmallBudgetLeavesOutPicturesFirstThenTables) {
  ResultFolder folder;
  fill_with_ah_through_nat(folder);
  const auto stored = folder.finish();
  const auto whole = html_page(stored, {});
  EXPECT_EQ(count(whole, "<svg class=\"ladder\""), 2u);
  PageOptions options;
  options.budget = 17'000;
  const auto smaller = html_page(stored, options);
  EXPECT_EQ(count(smaller, "<svg class=\"ladder\""), 1u);  // the subject's
  EXPECT_TRUE(has(smaller, "useipsec show nat-ah.routed@manual")) << "lacks it";
  options.budget = 1;
  const auto smallest = html_page(stored, options);
  EXPECT_EQ(count(smallest, "<svg class=\"ladder\""), 0u);
  EXPECT_TRUE(has(smallest, "no more is shown here: useipsec show nat-ah@manual")) << "lacks it";
  EXPECT_EQ(count(smallest, "<article"), 2u);
  EXPECT_LT(smallest.size(), smaller.size());
}

TEST(PageTest, ALongLogIsCutWithALink) {
  ResultFolder folder;
  fill_with_ah_through_nat(folder);
  std::string log;
  for (int line = 0; line < 20'000; ++line) log += fmt::format("line {}\n", line);
  write_text(folder.path() / "nat-ah@manual/nodes/alice/pluto.log", log);
  const auto page = html_page(folder.finish(), {});
  EXPECT_TRUE(has(page, "bytes left out]")) << "lacks it";
  EXPECT_TRUE(has(page, "line 19999")) << "lacks it";
  EXPECT_TRUE(has(page, "href=\"nat-ah%40manual/nodes/alice/pluto.log\"")) << "lacks it";
  EXPECT_LT(page.size(), 200'000u);
}

TEST(PublishTest, WritesThePageAndWhatWiresharkOpens) {
  ResultFolder folder;
  fill_with_ah_through_nat(folder);
  const auto stored = folder.finish();
  const auto page = folder.path() / "out" / "page.html";
  const auto published = publish(stored, page);
  EXPECT_EQ(published.captures, 2u);
  EXPECT_THAT(published.problems, IsEmpty());
  EXPECT_THAT(published.command, HasSubstr("nat-ah@manual/wireshark' wireshark"));
  for (const auto* file : {"case.pcapng", "wireshark/esp_sa", "wireshark/preferences", "wireshark/colorfilters"})
    EXPECT_TRUE(std::filesystem::exists(folder.path() / "nat-ah@manual" / file)) << file;
  // Links lead from where the page is.
  EXPECT_TRUE(has(read_text(page), "href=\"../nat-ah%40manual/case.pcapng\"")) << "lacks it";
}

TEST(ExcerptTest, KeysAreTakenOut) {
  EXPECT_EQ(without_keys("@alice @bob : PSK \"0s\\\"x y\"\n"), "@alice @bob : PSK (not shown)\n");
  EXPECT_EQ(without_keys("{\"psk\": \"a b\", \"x\": 1}"), "{\"psk\": (not shown), \"x\": 1}");
  EXPECT_EQ(without_keys("secret = hunter2\nid = bob\n"), "secret = (not shown)\nid = bob\n");
  EXPECT_EQ(without_keys("key 0x00112233445566778899aabbccddeeff end"), "key (not shown) end");
  EXPECT_EQ(without_keys("spi 0xc0ffee01 cookie 1122334455667788"), "spi 0xc0ffee01 cookie 1122334455667788");
  EXPECT_EQ(without_keys("loading secrets from \"/etc/ipsec.secrets\"\nauthby=secret\n"),
            "loading secrets from \"/etc/ipsec.secrets\"\nauthby=secret\n");
}

TEST(ExcerptTest, KeepsTheEndOfWhatIsLongAndShowsNoKeyFiles) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "excerpt-test";
  write_text(folder / "long.log", std::string(5000, 'a') + "\n" + std::string(5000, 'b') + "\nthe end\n");
  const auto part = excerpt(folder / "long.log", 3000);
  EXPECT_LT(part.text.size(), 3200u);
  EXPECT_THAT(part.text, testing::EndsWith("the end\n"));
  EXPECT_EQ(part.bytes, 10010u);
  write_text(folder / "ipsec.secrets", ": PSK \"x\"");
  EXPECT_EQ(excerpt(folder / "ipsec.secrets", 100).note, "it holds keys and is not shown");
  write_text(folder / "image", std::string("a\0b", 3));
  EXPECT_EQ(excerpt(folder / "image", 100).note, "it is no text");
  std::filesystem::create_symlink("/etc/passwd", folder / "link");
  EXPECT_EQ(excerpt(folder / "link", 100).note, "it is not there");
  std::filesystem::remove_all(folder);
}

TEST(ViewTest, UrlsAreEscaped) { EXPECT_EQ(url_path("a b/x@y+z%\"<.log"), "a%20b/x%40y%2Bz%25%22%3C.log"); }

}  // namespace
}  // namespace useipsec
