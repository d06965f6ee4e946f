#include "ground/module_order.h"

#include <gmock/gmock.h>

namespace useipsec {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// modules.dep(5): what a module needs stands behind its colon, nearest need first.
constexpr const char* text =
    "kernel/net/ipv4/esp4.ko: kernel/crypto/authenc.ko kernel/net/xfrm/xfrm_algo.ko\n"
    "kernel/crypto/authenc.ko:\n"
    "kernel/net/xfrm/xfrm_algo.ko:\n"
    "kernel/net/ipv4/ah4.ko: kernel/net/xfrm/xfrm_algo.ko\n"
    "kernel/crypto/ghash-generic.ko:\n"
    "kernel/net/c.ko: kernel/net/b.ko kernel/net/a.ko\n"
    "kernel/net/b.ko: kernel/net/a.ko\n"
    "kernel/net/a.ko:\n"
    "kernel/net/packed.ko.xz:\n";

TEST(ModuleOrder, NeedsComeFirst) {
  EXPECT_THAT(module_order(text, {"esp4"}),
              ElementsAre("kernel/crypto/authenc.ko", "kernel/net/xfrm/xfrm_algo.ko", "kernel/net/ipv4/esp4.ko"));
}

TEST(ModuleOrder, NeedsOfNeedsComeBeforeThem) {
  EXPECT_THAT(module_order(text, {"c"}), ElementsAre("kernel/net/a.ko", "kernel/net/b.ko", "kernel/net/c.ko"));
}

TEST(ModuleOrder, EachFileOnce) {
  EXPECT_THAT(module_order(text, {"esp4", "ah4", "esp4"}),
              ElementsAre("kernel/crypto/authenc.ko", "kernel/net/xfrm/xfrm_algo.ko", "kernel/net/ipv4/esp4.ko",
                          "kernel/net/ipv4/ah4.ko"));
}

TEST(ModuleOrder, DashAndUnderscoreAreOneName) {
  EXPECT_THAT(module_order(text, {"ghash_generic"}), ElementsAre("kernel/crypto/ghash-generic.ko"));
  EXPECT_THAT(module_order(text, {"ghash-generic"}), ElementsAre("kernel/crypto/ghash-generic.ko"));
}

TEST(ModuleOrder, UnknownNamesAreLeftOut) { EXPECT_THAT(module_order(text, {"built_in"}), IsEmpty()); }

TEST(ModuleOrder, NothingOutOfNothing) { EXPECT_THAT(module_order("", {"esp4"}), IsEmpty()); }

TEST(ModuleOrder, ACircleEnds) {
  EXPECT_THAT(module_order("x.ko: y.ko\ny.ko: x.ko\n", {"x"}), ElementsAre("y.ko", "x.ko"));
}

}  // namespace
}  // namespace useipsec
