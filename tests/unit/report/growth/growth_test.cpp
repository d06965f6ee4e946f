#include "report/growth/growth.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "base/error.h"
#include "helpers/golden.h"
#include "helpers/schema_oracle.h"
#include "report/growth/growth_shape.h"
#include "report/printable.h"
#include "unit/report/made_up_run.h"

namespace useipsec {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Optional;

SaFact holding(const std::string& node, std::uint64_t sas, std::uint64_t policies) {
  SaFact fact;
  fact.node = node;
  fact.usable = sas;
  fact.policies = policies;
  return fact;
}

/// n hosts h1 to hn, each with as many SAs and policies as said.
CaseResult hosts(const std::string& scenario, std::uint32_t n, std::uint64_t sas, std::uint64_t policies) {
  auto result = made_up_case(fmt::format("{}@manual+n{}", scenario, n), State::passed);
  result.title = fmt::format("Keys for {} hosts, by IKEv2", n);
  result.about = "An SA for each of what n hosts have.";
  result.generated = {{"h", n}};
  for (std::uint32_t number = 1; number <= n; ++number)
    result.sas.push_back(holding(fmt::format("h{}", number), sas, policies));
  return result;
}

/// RFC 5406's complaint in numbers: two addresses of each host, two destinations of each address, so 4n in each of n.
std::vector<CaseResult> four_n() {
  return {hosts("nd-count", 16, 64, 4), hosts("nd-count", 2, 8, 4), hosts("nd-count", 4, 16, 4)};
}

/// Pairwise keys with a newcomer that knows all, whom nobody has been told of: 2(n - 1) in each of n, 2n in the
/// newcomer.
CaseResult pairwise(std::uint32_t n) {
  auto result = hosts("pairwise", n, 2 * (n - 1), 2 * (n - 1));
  result.sas.push_back(holding("new", 2 * n, 2 * n));
  return result;
}

TEST(Growth, CountsOneNodeAndAllByTheNumberOfNodes) {
  const auto run = made_up_run(four_n());
  const auto all = growths(run);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].name, "nd-count@manual");
  EXPECT_EQ(all[0].stem, "h");
  EXPECT_THAT(all[0].others, IsEmpty());
  std::vector<std::uint32_t> numbers;
  for (const auto& point : all[0].points) {
    numbers.push_back(point.nodes);
    EXPECT_TRUE(point.measured);
    EXPECT_EQ(point.result->generated.at("h"), point.nodes);
    EXPECT_EQ(point.sas, (Held{4 * point.nodes, 4 * point.nodes * point.nodes}));
    EXPECT_EQ(point.policies, (Held{4, 4 * point.nodes}));
  }
  EXPECT_THAT(numbers, ElementsAre(2, 4, 16)) << "by n, whatever the order of the run";
  EXPECT_THAT(all[0].sas.one_node, Optional(DoubleNear(1, 1e-9)));
  EXPECT_THAT(all[0].sas.all_nodes, Optional(DoubleNear(2, 1e-9)));
  EXPECT_THAT(all[0].policies.one_node, Optional(DoubleNear(0, 1e-9)));
  EXPECT_THAT(all[0].policies.all_nodes, Optional(DoubleNear(1, 1e-9)));
}

TEST(Growth, TheTitleSaysNForTheNumberAndForNothingElse) {
  const auto run = made_up_run(four_n());
  EXPECT_EQ(growths(run)[0].title, "Keys for n hosts, by IKEv2");
  auto cases = four_n();
  cases[0].title = "Many hosts";
  EXPECT_EQ(growths(made_up_run(cases))[0].title, "") << "they have none in common";
}

TEST(Growth, NodesBesideTheGeneratedOnesCountAndAreNamed) {
  const auto run = made_up_run({pairwise(3), pairwise(30)});
  const auto all = growths(run);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_THAT(all[0].others, ElementsAre("new"));
  EXPECT_EQ(all[0].points[0].sas, (Held{6, 3 * 4 + 6}));
  EXPECT_EQ(all[0].points[1].sas, (Held{60, 30 * 58 + 60}));
}

TEST(Growth, OneNumberOfNodesIsNoSeries) {
  EXPECT_THAT(growths(made_up_run({hosts("a", 4, 16, 4)})), IsEmpty());
  auto again = hosts("a", 4, 16, 4);
  again.id += "-again";
  EXPECT_THAT(growths(made_up_run({hosts("a", 4, 16, 4), again})), IsEmpty());
  EXPECT_THAT(growths(made_up_run({hosts("a", 4, 16, 4), hosts("b", 8, 32, 4)})), IsEmpty()) << "of two scenarios";
  auto other = hosts("a", 8, 32, 4);
  other.engine = "libreswan";
  EXPECT_THAT(growths(made_up_run({hosts("a", 4, 16, 4), other})), IsEmpty()) << "of two engines";
  auto nothing = hosts("a", 8, 32, 4);
  nothing.generated.clear();
  EXPECT_THAT(growths(made_up_run({hosts("a", 4, 16, 4), nothing})), IsEmpty()) << "as an earlier run has it";
}

TEST(Growth, WhatDidNotPassIsMarkedAndBearsOnNothing) {
  auto cases = four_n();
  cases[0].verdict.state = State::failed;  // n = 16, with something else than it should have
  for (auto& node : cases[0].sas) node.usable = 1000;
  auto reached = hosts("nd-count", 8, 0, 0);
  reached.verdict.state = State::not_run;
  reached.sas.clear();
  cases.push_back(reached);
  const auto run = made_up_run(cases);
  const auto all = growths(run);
  ASSERT_EQ(all.size(), 1u);
  ASSERT_EQ(all[0].points.size(), 4u);
  EXPECT_EQ(all[0].points[2].nodes, 8u);
  EXPECT_FALSE(all[0].points[2].measured);
  EXPECT_EQ(all[0].points[2].sas, std::nullopt);
  EXPECT_FALSE(all[0].points[3].measured);
  EXPECT_EQ(all[0].points[3].sas, (Held{1000, 16'000})) << "what was seen is said";
  EXPECT_THAT(all[0].sas.one_node, Optional(DoubleNear(1, 1e-9)));

  cases[1].verdict.state = State::timeout;
  EXPECT_THAT(growths(made_up_run(cases)), IsEmpty()) << "a single measured point";
  cases[1].verdict.state = State::passed;
  cases[1].flaky = true;
  EXPECT_THAT(growths(made_up_run(cases)), IsEmpty()) << "a flaky case has not passed";
}

TEST(Growth, WhereNobodyHoldsAnythingNothingGrows) {
  auto cases = four_n();
  for (auto& one : cases) one.sas.clear();  // as a control without IPsec has it
  EXPECT_THAT(growths(made_up_run(cases)), IsEmpty());
}

TEST(Growth, OfZeroThereIsNoPower) {
  auto cases = four_n();
  for (auto& node : cases[1].sas) node.usable = 0;  // n = 2
  const auto run = made_up_run(cases);
  const auto growth = growths(run)[0];
  EXPECT_EQ(growth.sas.one_node, std::nullopt);
  EXPECT_NE(growth.policies.all_nodes, std::nullopt);
  const auto picture = growth_svg(growth);
  EXPECT_THAT(picture, Not(HasSubstr("nan")));
  EXPECT_THAT(picture, Not(HasSubstr("inf")));
}

TEST(Growth, SubjectAndControlAreSeriesOfTheirOwn) {
  auto cases = four_n();
  for (const std::uint32_t n : {2, 4}) {
    cases.push_back(hosts("nd-count.shared", n, 2, 4));
    cases.back().control_of = fmt::format("nd-count@manual+n{}", n);
  }
  const auto run = made_up_run(cases);
  const auto all = growths(run);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].name, "nd-count@manual");
  EXPECT_EQ(all[1].name, "nd-count.shared@manual");
}

TEST(Growth, OtherAxesMakeOtherSeries) {
  std::vector<CaseResult> cases;
  for (const auto* protocol : {"ah", "esp"})
    for (const std::uint32_t n : {2, 8}) {
      auto one = hosts("mesh", n, std::string(protocol) == "ah" ? n : 3 * n, 4);
      one.variant = fmt::format("{}.n{}", protocol, n);
      one.id = "mesh@manual+" + one.variant;
      cases.push_back(one);
    }
  const auto run = made_up_run(cases);
  const auto all = growths(run);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].name, "mesh@manual+ah");
  EXPECT_EQ(all[0].points[1].sas->one_node, 8u);
  EXPECT_EQ(all[1].name, "mesh@manual+esp");
  EXPECT_EQ(all[1].points[1].sas->one_node, 24u);
}

TEST(Growth, TwoStemsThatDifferAreToldApart) {
  std::vector<CaseResult> cases;
  for (const std::uint32_t n : {2, 4}) {
    cases.push_back(hosts("both", n, n, 1));
    cases.back().generated["r"] = 2 * n;
  }
  const auto run = made_up_run(cases);
  const auto all = growths(run);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].name, "both@manual/h");
  EXPECT_EQ(all[1].name, "both@manual/r");
}

TEST(Growth, IsFoundByScenarioOrName) {
  const auto run = made_up_run(four_n());
  EXPECT_EQ(growths(run, "").size(), 1u);
  EXPECT_EQ(growths(run, "nd-count").size(), 1u);
  EXPECT_EQ(growths(run, "nd-count@manual").size(), 1u);
  try {
    growths(run, "nd-cuont");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("did you mean \"nd-count\"?"));
    EXPECT_EQ(error.exit_code(), ExitCode::invalid);
  }
  try {
    growths(made_up_run({}), "");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::nothing_selected);
  }
}

RunResult sample() {
  auto cases = four_n();
  cases.push_back(hosts("nd-count", 8, 0, 0));
  cases.back().verdict.state = State::failed;
  cases.push_back(hosts("nd-count", 32, 0, 0));
  cases.back().verdict.state = State::not_run;
  cases.back().sas.clear();
  for (const std::uint32_t n : {3, 10, 30}) cases.push_back(pairwise(n));
  return made_up_run(cases);
}

TEST(GrowthText, ReadsAsATable) {
  const auto run = sample();
  const auto text = growth_text(growths(run), false);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(columns(line), 80u) << line;
  EXPECT_THAT(growth_text(growths(run), true), HasSubstr("\x1b[31mfailed"));
  expect_golden("report/growth.txt", text);
}

TEST(GrowthText, APowerIsNeverMinusZero) {
  EXPECT_EQ(exponent_text(-0.01), "n^0.0");
  EXPECT_EQ(exponent_text(1.96), "n^2.0");
  EXPECT_EQ(exponent_text(-0.5), "n^-0.5");
}

TEST(GrowthJson, IsAsItsSchemaSays) {
  const auto run = sample();
  const nlohmann::json document = nlohmann::json::parse(growth_json(growths(run)).dump());
  const auto schema = SchemaOracle::of_docs("growth.json");
  EXPECT_EQ(schema.complaints(document), "");
  const auto& points = document["series"][0]["points"];
  EXPECT_EQ(points[0]["sas"], (nlohmann::json{{"one_node", 8}, {"all_nodes", 16}}));
  EXPECT_EQ(points[2]["state"], "failed");
  EXPECT_EQ(points[4]["sas"], nullptr);
  auto wrong = document;
  wrong["series"][0]["points"][0].erase("measured");
  EXPECT_NE(schema.complaints(wrong), "");
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t number = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++number;
  return number;
}

/// Where the picture has its marks, from left to right.
std::vector<std::pair<double, double>> circles(const std::string& picture) {
  std::vector<std::pair<double, double>> found;
  const std::regex expression("<circle[^>]* cx=\"([^\"]*)\" cy=\"([^\"]*)\"");
  for (std::sregex_iterator at(picture.begin(), picture.end(), expression), end; at != end; ++at)
    found.emplace_back(std::stod((*at)[1]), std::stod((*at)[2]));
  return found;
}

TEST(GrowthSvg, HasEveryValueAndMarksWhatDidNotPass) {
  const auto run = sample();
  const auto picture = growth_svg(growths(run)[0]);
  for (const auto* value : {">8<", ">16<", ">64<", ">1024<", ">2<", ">4<", ">32<"})
    EXPECT_THAT(picture, HasSubstr(value));
  EXPECT_EQ(count(picture, "class=\"mark all\""), 3u);
  EXPECT_EQ(count(picture, "class=\"mark one\""), 3u);
  EXPECT_EQ(count(picture, "hollow\""), 2u) << "of the case that failed; nothing was seen of the one that did not run";
  EXPECT_THAT(picture, HasSubstr(">failed<"));
  EXPECT_THAT(picture, HasSubstr(">not-run<"));
  EXPECT_THAT(picture, HasSubstr("<title>SAs of nd-count@manual over the number of nodes</title>"));
  EXPECT_THAT(picture, HasSubstr("n = 16: 64 in one node, 1024 in all nodes"));
  EXPECT_THAT(picture, HasSubstr("n = 32: not observed (not-run)"));
  EXPECT_THAT(picture, HasSubstr("prefers-color-scheme: dark"));
  EXPECT_THAT(growth_svg_part(growths(run)[0]), Not(HasSubstr("<style")));
}

/// A power of n is a straight line: marks at n = 2, 4, 16 lie on one, as far apart as their logarithms.
TEST(GrowthSvg, PowersAreStraightLines) {
  const auto run = made_up_run(four_n());
  const auto at = circles(growth_svg(growths(run)[0]));
  ASSERT_EQ(at.size(), 3u);
  EXPECT_NEAR((at[1].first - at[0].first) * 2, at[2].first - at[1].first, 0.3);
  EXPECT_NEAR((at[0].second - at[1].second) * 2, at[1].second - at[2].second, 0.3);
}

TEST(GrowthSvg, HostileTextIsEscaped) {
  auto cases = four_n();
  for (auto& one : cases) {
    one.scenario = "<script>\"&";
    one.generated = {{"</text><b", one.generated.at("h")}};
  }
  const auto run = made_up_run(cases);
  const auto picture = growth_svg(growths(run)[0]);
  EXPECT_THAT(picture, Not(HasSubstr("<script")));
  EXPECT_THAT(picture, Not(HasSubstr("<b")));
}

TEST(GrowthSvg, IsTheSameEachTime) {
  const auto run = sample();
  expect_golden("report/growth.svg", growth_svg(growths(run)[0]));
}

}  // namespace
}  // namespace useipsec
