#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "input/check.h"
#include "input/formats.h"
#include "input/nearest_word.h"
#include "input/schema.h"

namespace useipsec {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

Document parsed(const std::string& text) {
  Diagnostics diagnostics;
  auto document = Document::parse("t.json", text, diagnostics);
  EXPECT_TRUE(document.has_value()) << diagnostics.text();
  return *document;
}

TEST(NearestWordTest, CountsEdits) {
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("ab", "ba"), 1U);  // a swap is one slip
  EXPECT_EQ(edit_distance("AH", "ah"), 0U);
}

TEST(NearestWordTest, FindsOnlyWhatIsNear) {
  EXPECT_EQ(nearest_word("ipcm", {"icmp", "udp", "tcp"}), "icmp");
  EXPECT_EQ(nearest_word("transprot", {"tunnel", "transport"}), "transport");
  EXPECT_EQ(nearest_word("zebra", {"tunnel", "transport"}), "");
  EXPECT_EQ(nearest_word("", {"a"}), "");
  EXPECT_EQ(nearest_word(std::string(100000, 'x'), {"xx"}), "");
}

TEST(PositionsTest, KnowsKeysAndValues) {
  const auto document = parsed("{\n  \"a\": [1,\n    {\"b/c\": \"\\\"}\"}],\n  \"\xc3\xa4\": 2, \"z\": 3\n}");
  const auto& positions = document.positions();
  EXPECT_EQ(positions.key("/a"), (Place{2, 3}));
  EXPECT_EQ(positions.value("/a"), (Place{2, 8}));
  EXPECT_EQ(positions.value("/a/0"), (Place{2, 9}));
  EXPECT_EQ(positions.value("/a/1/b~1c"), (Place{3, 13}));
  EXPECT_EQ(positions.value("/z"), (Place{4, 16}));  // columns are characters, and the a umlaut is one
  EXPECT_EQ(positions.value("/a/7/nothing"), (Place{2, 8}));
}

TEST(DocumentTest, SaysWhyAFileCannotBeRead) {
  const auto folder = fs::path(testing::TempDir()) / "useipsec-input-test";
  fs::create_directories(folder);
  const auto complaint = [](const fs::path& file) {
    Diagnostics diagnostics;
    EXPECT_FALSE(Document::read(file, diagnostics).has_value());
    return diagnostics.text();
  };
  EXPECT_THAT(complaint(folder), HasSubstr("expected a JSON file; found a directory"));
  EXPECT_THAT(complaint(folder / "none.json"), HasSubstr("No such file or directory (ENOENT)"));
  EXPECT_THAT(complaint("/dev/zero"), HasSubstr("expected a regular file"));
  const auto pipe = folder / "pipe";
  fs::remove(pipe);
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(complaint(pipe), HasSubstr("expected a regular file"));
  std::ofstream(folder / "huge.json") << std::string(Document::largest + 1, ' ');
  EXPECT_THAT(complaint(folder / "huge.json"), HasSubstr("expected at most 4194304 bytes"));
  fs::remove_all(folder);
}

TEST(DocumentTest, RefusesEveryMalformedCharacter) {
  for (const std::string bad :
       {"\xff", "\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc3", "\x80"}) {
    Diagnostics diagnostics;
    EXPECT_FALSE(Document::parse("t", "[\"" + bad + "\"]", diagnostics).has_value());
    EXPECT_THAT(diagnostics.text(), testing::StartsWith("t:1:3: expected UTF-8 text"));
  }
  parsed("[\"\xf0\x9f\x94\x92 \xe2\x82\xac\"]");
}

TEST(DocumentTest, NumbersBeyondDoublesAreNotJson) {
  Diagnostics diagnostics;
  EXPECT_FALSE(Document::parse("t", "[1e999]", diagnostics).has_value());
}

TEST(DiagnosticsTest, AreSaidOnceAndSortedByPlace) {
  Diagnostics diagnostics;
  diagnostics.add({"f", {3, 1}, "/b", "late", "", ""});
  diagnostics.add({"f", {1, 9}, "/a", "early", "\"x\"", "y"});
  diagnostics.add({"f", {3, 1}, "/b", "late", "", ""});
  EXPECT_EQ(diagnostics.text(), "f:1:9: /a: early; found \"x\"; did you mean \"y\"?\nf:3:1: /b: late\n");
  EXPECT_EQ(diagnostics.json().size(), 2U);
  EXPECT_EQ(diagnostics.json()[0]["column"], 9);
}

TEST(DiagnosticsTest, QuotesAreShortAndHarmless) {
  EXPECT_EQ(quoted_text("\x1b[31m"), "\"\\u001b[31m\"");
  EXPECT_LT(quoted_text(std::string(5000, 'a')).size(), 80U);
}

const ShapePtr sample =
    object("sample", {required("kind", word({"a", "b"}), ""), optional("many", array_of(integer(1, 3)), ""),
                      optional("by_name", map_of(name_format(), boolean()), ""),
                      optional("where", either({text(address_format()), null()}), "")});

TEST(CheckTest, ReportsEveryDifferenceAtOnce) {
  Diagnostics diagnostics;
  EXPECT_FALSE(check(parsed(R"({"many": [0, 2, "3"], "by_name": {"X": 1}, "where": "10.0.0.300", "wher": null})"),
                     *sample, diagnostics));
  EXPECT_EQ(diagnostics.sorted().size(), 7U) << diagnostics.text();
}

TEST(CheckTest, APatchMayLeaveOutAndTakeAway) {
  Diagnostics diagnostics;
  EXPECT_TRUE(check(parsed(R"({"kind": null, "by_name": {"x": null}})"), *sample, diagnostics, true))
      << diagnostics.text();
  EXPECT_FALSE(check(parsed(R"({"many": [null]})"), *sample, diagnostics, true));  // arrays are replaced as a whole
}

TEST(SchemaTest, ComesFromTheSameDefinition) {
  const auto schema = to_schema(
      *object("", {required("inner", sample, "Why."), optional("change", patch_of(sample), "")}), "urn:x", "X");
  EXPECT_EQ(schema["required"], nlohmann::ordered_json::parse(R"(["inner"])"));
  EXPECT_EQ(schema["additionalProperties"], false);
  EXPECT_EQ(schema["definitions"]["sample"]["properties"]["kind"]["enum"],
            nlohmann::ordered_json::parse(R"(["a","b"])"));
  EXPECT_FALSE(schema["definitions"]["sample-patch"].contains("required"));
}

// RFC 7396, appendix A, the rows whose target and patch are objects.
TEST(ViewTest, PatchesAsTheRfcSays) {
  const std::vector<std::array<std::string, 3>> rows{
      {{R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
       {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
       {R"({"a":"b"})", R"({"a":null})", R"({})"},
       {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
       {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
       {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
       {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
       {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
       {R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
       {R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"}}};
  for (const auto& [target, patch, result] : rows) {
    // A document that is the target, with the patch beside its members.
    Json joined = Json::parse(target);
    joined["p"] = Json::parse(patch);
    const auto beside = parsed(joined.dump());
    View patched(beside);
    patched.patch("/p");
    patched.drop("p");
    EXPECT_EQ(patched.root(), Json::parse(result)) << target << " + " << patch;
  }
}

TEST(ViewTest, KnowsWhereAPatchedValueIsWritten) {
  const auto document = parsed("{\"x\": {\"y\": 1},\n\"p\": {\"x\": {\"y\": 2}},\n\"z\": 3}");
  View view(document);
  view.patch("/p");
  EXPECT_EQ(view.at("/x/y", "").place.line, 2U);
  EXPECT_EQ(view.at("/x/y", "").pointer, "/p/x/y");
  EXPECT_EQ(view.at("/z", "").pointer, "/z");
}

TEST(ViewTest, AGapIsKnownAroundAndBelowUntilItIsWrittenAnew) {
  const auto document = parsed(R"({"a": {"b": [1, 2], "bc": 3}, "p": {"a": {"b": [4]}}, "q": {"a": {"d": 5}}})");
  View view(document);
  view.stand_in("/a/b/1", 0);
  EXPECT_EQ(*view.find("/a/b/1"), 0);
  EXPECT_TRUE(view.is_gap("/a/b/1"));
  EXPECT_TRUE(view.is_gap("/a/b/1/x"));
  EXPECT_FALSE(view.is_gap("/a/b"));
  EXPECT_FALSE(view.is_whole("/a"));
  EXPECT_TRUE(view.is_whole("/a/b/0"));
  EXPECT_TRUE(view.is_whole("/a/bc"));
  EXPECT_TRUE(view.is_whole("/p"));
  view.patch("/p");
  EXPECT_TRUE(view.is_whole(""));
  view.mark_gap("/q/a/d");
  view.patch("/q");
  EXPECT_TRUE(view.is_gap("/a/d"));
  EXPECT_TRUE(view.is_whole("/a/b"));
}

TEST(ViewTest, MembersAreKnownUnlessOneWasCutOut) {
  const auto document = parsed(R"({"a": {"b": {"c": 1}, "d": 2}})");
  View view(document);
  view.stand_in("/a/b", Json::object());
  EXPECT_TRUE(view.knows_members("/a"));
  view.cut_out("/a/d");
  EXPECT_FALSE(view.knows_members("/a"));
  EXPECT_TRUE(view.knows_members(""));
  EXPECT_FALSE(view.knows_members("/a/b"));
}

TEST(CheckTest, WhatIsMendedHasTheShape) {
  const auto bad = parsed(R"({"kind": 7, "many": [0, 2, "3"], "by_name": {"X": 1, "y": 2}, "where": "10.0.0.300"})");
  Diagnostics diagnostics, none;
  View view(bad);
  check_and_mend(view, *sample, diagnostics);
  EXPECT_EQ(diagnostics.sorted().size(), 7U) << diagnostics.text();
  EXPECT_TRUE(check(view, "", *sample, none)) << none.text();
  EXPECT_EQ(view.root()["many"][1], 2);
  EXPECT_TRUE(view.is_whole("/many/1"));
  EXPECT_FALSE(view.is_whole("/kind"));
  EXPECT_FALSE(view.knows_members("/by_name"));
}

TEST(CheckTest, AMisspeltKeyIsOneComplaintAndTheMeantOneAGap) {
  const auto bad = parsed(R"({"kinds": "a", "wher": "192.0.2.1"})");
  Diagnostics diagnostics;
  View view(bad);
  check_and_mend(view, *sample, diagnostics);
  EXPECT_EQ(diagnostics.sorted().size(), 2U) << diagnostics.text();
  EXPECT_TRUE(view.is_gap("/kind"));
  EXPECT_TRUE(view.is_gap("/where"));
  EXPECT_TRUE(check(view, "", *sample, diagnostics));
}

TEST(FormatsTest, NamesReachNothing) {
  for (const auto* bad : {"", "..", "a/b", "a b", "A", "-rf", "a\n", "a;b", "\xc3\xa4"})
    EXPECT_FALSE(name_format().accepts(bad)) << bad;
  EXPECT_FALSE(name_format().accepts(std::string(41, 'a')));
  EXPECT_TRUE(name_format().accepts("a1-b"));
  EXPECT_FALSE(secret_format().accepts("a\"b"));
  EXPECT_FALSE(secret_format().accepts("a\nb"));
}

}  // namespace
}  // namespace useipsec
