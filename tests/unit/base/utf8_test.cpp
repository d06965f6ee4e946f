#include "base/utf8.h"

#include <gtest/gtest.h>

namespace useipsec {
namespace {

TEST(Utf8Test, DecodesWhatRfc3629Allows) {
  EXPECT_EQ(decode_utf8("a").point, U'a');
  EXPECT_EQ(decode_utf8("\xc3\xbc").point, 0xfcu);
  EXPECT_EQ(decode_utf8("\xf0\x9f\x94\x92").length, 4u);
  for (const auto* wrong : {"\x80", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\xff"})
    EXPECT_EQ(decode_utf8(wrong).length, 0u) << wrong;
}

TEST(Utf8Test, VisibleKeepsLanguagesAndShowsWhatWouldAct) {
  EXPECT_EQ(visible("\xe4\xb8\xad gr\xc3\xbc\xc3\x9f \xe2\x86\x92\n\t"),
            "\xe4\xb8\xad gr\xc3\xbc\xc3\x9f \xe2\x86\x92\n\t");
  EXPECT_EQ(visible("\x1b[2J\r\x7f"), "\\x1b[2J\\x0d\\x7f");
  EXPECT_EQ(visible("\xc2\x85\xe2\x80\xae\xef\xbb\xbf"), "\\x85\\u{202e}\\u{feff}");
  EXPECT_EQ(visible(std::string_view("a\0b\xff", 4)), "a\\x00b\\xff");
  EXPECT_EQ(visible("\xef\xbf\xbf"), "\\u{ffff}");
}

}  // namespace
}  // namespace useipsec
