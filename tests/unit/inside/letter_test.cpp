#include "inside/letter.h"

#include <fcntl.h>
#include <gmock/gmock.h>

#include <filesystem>

#include "base/error.h"
#include "helpers/temporary_folder.h"
#include "inside/letter_box.h"

namespace useipsec {
namespace {

using testing::HasSubstr;

std::string all_bytes() {
  std::string bytes;
  for (int n = 0; n < 256; ++n) bytes.push_back(static_cast<char>(n));
  return bytes;
}

template <class Work>
std::string complaint(Work&& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

TEST(Letter, CarriesAnyBytes) {
  for (const auto kind : {LetterKind::input, LetterKind::end_of_input, LetterKind::resize, LetterKind::signal,
                          LetterKind::output, LetterKind::error, LetterKind::exit, LetterKind::refused}) {
    const Letter letter{.kind = kind, .body = all_bytes()};
    EXPECT_EQ(to_bytes(letter).size(), 257u);
    EXPECT_EQ(letter_of(to_bytes(letter)), letter);
  }
  EXPECT_EQ(letter_of("e"), (Letter{.kind = LetterKind::end_of_input, .body = ""}));
}

TEST(Letter, WhatIsNoneIsRefused) {
  EXPECT_THAT(complaint([] { letter_of(""); }), HasSubstr("an empty file"));
  EXPECT_THAT(complaint([] {
                letter_of(
                    "\x01"
                    "data");
              }),
              HasSubstr("0x01"));
}

TEST(Letter, NumbersAndSizesAreWholeOrRefused) {
  EXPECT_EQ(number_in({.kind = LetterKind::exit, .body = "137"}), 137);
  EXPECT_EQ(number_in({.kind = LetterKind::refused, .body = "2 no such node"}), 2);
  for (const auto* bad : {"", "x", "12x", " 3"})
    EXPECT_NE(complaint([&] { number_in({.kind = LetterKind::exit, .body = bad}); }), "") << bad;
  const auto size = size_in({.kind = LetterKind::resize, .body = size_text({.rows = 33, .columns = 177})});
  EXPECT_EQ(size.rows, 33);
  EXPECT_EQ(size.columns, 177);
  for (const auto* bad : {"", "33", "33 ", "33 77 1"})
    EXPECT_NE(complaint([&] { size_in({.kind = LetterKind::resize, .body = bad}); }), "") << bad;
}

TEST(Letter, ARequestComesBackAsItWas) {
  const ProgramRequest request{.case_id = "a@b+c",
                               .node = "alice",
                               .command = {"printf", std::string("\xff\xfe \"quoted\"\n", 13), ""},
                               .environment = {"TERM=xterm", "PS1=alice:\\W# "},
                               .terminal = true,
                               .size = {.rows = 50, .columns = 200}};
  const auto back = program_request(to_text(request));
  EXPECT_EQ(back.case_id, request.case_id);
  EXPECT_EQ(back.node, request.node);
  EXPECT_EQ(back.command, request.command);
  EXPECT_EQ(back.environment, request.environment);
  EXPECT_TRUE(back.terminal);
  EXPECT_EQ(back.size.rows, 50);
  EXPECT_EQ(back.size.columns, 200);
}

TEST(Letter, ARequestThatIsNoneIsRefused) {
  for (const auto* bad :
       {"", "{}", "[1]", R"({"case":"c","node":"n","command":"ls","environment":[],"terminal":false,"size":"1 2"})"})
    EXPECT_NE(complaint([&] { program_request(bad); }), "") << bad;
  EXPECT_THAT(complaint([] { program_request(to_text({.case_id = "c", .node = "n"})); }),
              HasSubstr("names no program"));
}

struct LetterBoxTest : testing::Test {
  TemporaryFolder folder;
  LetterWriter writer{folder.path()};
  LetterReader reader{folder.path()};
};

TEST_F(LetterBoxTest, LettersComeInOrderAndStayUntilTaken) {
  EXPECT_EQ(reader.look(), std::nullopt);
  writer.put({.kind = LetterKind::output, .body = "one"});
  writer.put({.kind = LetterKind::error, .body = all_bytes()});
  EXPECT_EQ(reader.look(), (Letter{.kind = LetterKind::output, .body = "one"}));
  EXPECT_EQ(reader.look(), (Letter{.kind = LetterKind::output, .body = "one"}));
  reader.take();
  EXPECT_EQ(reader.look(), (Letter{.kind = LetterKind::error, .body = all_bytes()}));
  reader.take();
  EXPECT_EQ(reader.look(), std::nullopt);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST_F(LetterBoxTest, TakingALetterMakesRoom) {
  for (std::uint64_t n = 0; n < letters_on_the_way; ++n) {
    EXPECT_TRUE(writer.has_room());
    writer.put({.kind = LetterKind::input, .body = std::to_string(n)});
  }
  EXPECT_FALSE(writer.has_room());
  ASSERT_TRUE(reader.look());
  EXPECT_FALSE(writer.has_room()) << "it was looked at, not taken";
  reader.take();
  EXPECT_TRUE(writer.has_room());
}

TEST_F(LetterBoxTest, AHalfWrittenLetterIsNotSeen) {
  const UniqueFd draft(::creat((folder.path() / "1.draft").c_str(), 0600));
  EXPECT_EQ(reader.look(), std::nullopt);
}

TEST_F(LetterBoxTest, ABoxThatIsGoneIsAnError) {
  std::filesystem::remove_all(folder.path());
  EXPECT_THAT(complaint([&] { writer.put({.kind = LetterKind::input, .body = "x"}); }), HasSubstr("ENOENT"));
  EXPECT_EQ(reader.look(), std::nullopt);
}

}  // namespace
}  // namespace useipsec
