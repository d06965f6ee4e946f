#include "facts/sa_direction.h"

#include <gtest/gtest.h>

namespace useipsec {
namespace {

TEST(SendsUnderSas, OnlyByAPolicyThatLetsOutWithATemplate) {
  PolicyRecord policy;
  policy.direction = "out";
  policy.action = "allow";
  policy.template_text = "esp transport required";
  EXPECT_TRUE(sends_under_sas(policy));
  auto blocking = policy, inwards = policy, bypass = policy;
  blocking.action = "block";
  inwards.direction = "in";
  bypass.template_text.clear();
  EXPECT_FALSE(sends_under_sas(blocking)) << "libreswan's discard has a template too";
  EXPECT_FALSE(sends_under_sas(inwards));
  EXPECT_FALSE(sends_under_sas(bypass));
}

SaRecord sa_with(std::uint32_t request_id) {
  SaRecord sa;
  sa.spi = 0x1001;
  sa.encryption = "cbc(aes)";
  sa.request_id = request_id;
  return sa;
}

PolicyRecord policy_with(std::uint32_t request_id) {
  PolicyRecord policy;
  policy.direction = "out";
  policy.action = "allow";
  policy.template_text = "esp transport required";
  policy.request_id = request_id;
  return policy;
}

TEST(SendsUnder, AnSaThatThePolicyAsksFor) {
  EXPECT_TRUE(sends_under(policy_with(7), {sa_with(3), sa_with(7)}));
  EXPECT_FALSE(sends_under(policy_with(7), {sa_with(3)})) << "a trap that its daemon has not replaced yet";
  EXPECT_FALSE(sends_under(policy_with(7), {}));
  EXPECT_TRUE(sends_under(policy_with(0), {sa_with(0)})) << "manual SAs need none";
}

TEST(SendsUnder, NotOneThatOnlyHoldsAPlace) {
  auto larval = sa_with(7);
  larval.encryption.clear();
  EXPECT_FALSE(sends_under(policy_with(7), {larval}));
}

TEST(SendsUnder, NothingThatLeavesInTheClearOrNotAtAll) {
  auto bypass = policy_with(7);
  bypass.template_text.clear();
  EXPECT_FALSE(sends_under(bypass, {sa_with(7)}));
  auto inbound = policy_with(7);
  inbound.direction = "in";
  EXPECT_FALSE(sends_under(inbound, {sa_with(7)}));
  auto block = policy_with(7);
  block.action = "block";
  EXPECT_FALSE(sends_under(block, {sa_with(7)}));
}

}  // namespace
}  // namespace useipsec
