#include "base/utf8.h"

#include <gtest/gtest.h>

namespace lifeboat {
namespace {

TEST(Utf8, TellsWellFormedFromMalformed) {
  for (const std::string_view text : {"", "a", "\u00e9", "\u20ac", "\U0001F6DF", "\U0010FFFF"}) {
    EXPECT_TRUE(IsUtf8(text)) << text;
    EXPECT_EQ(ReplaceInvalidUtf8(text), text);
  }
  // A stray continuation, a cut sequence, overlong forms, a surrogate, beyond U+10FFFF.
  for (const std::string_view text :
       {"\x80", "\xC3", "\xE2\x82", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF"}) {
    EXPECT_FALSE(IsUtf8(text));
    EXPECT_TRUE(IsUtf8(ReplaceInvalidUtf8(text)));
  }
  EXPECT_EQ(ReplaceInvalidUtf8("a\xFFz"), "a\uFFFDz");
}

}  // namespace
}  // namespace lifeboat
