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

}  // namespace
}  // namespace useipsec
