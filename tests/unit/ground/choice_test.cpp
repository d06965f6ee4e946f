#include <gmock/gmock.h>

#include "ground/capability.h"

namespace useipsec {
namespace {

using testing::HasSubstr;
namespace c = capability;

std::vector<Capability> complete_machine() {
  std::vector<Capability> all;
  for (const auto name :
       {c::user_namespaces, c::network_namespaces, c::xfrm_netlink, c::esp_v4, c::esp_v6, c::ah_v4, c::ah_v6,
        c::esp_in_udp_v4, c::esp_in_udp_v6, c::nat, c::veth, c::bridge, c::netem, c::guest_kernel})
    all.push_back({std::string(name), true, "", "accepted", ""});
  return all;
}

std::vector<Capability> without(std::vector<Capability> all, std::string_view name, const std::string& said) {
  for (auto& one : all)
    if (one.name == name) one = {one.name, false, "", said, "install it"};
  return all;
}

TEST(ChooseGround, PrefersACompleteHost) {
  const auto choice = choose_ground(GroundRequest::automatic, complete_machine());
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->kind, GroundKind::host);
}

TEST(ChooseGround, GoesToTheGuestForEachThingTheHostLacks) {
  for (const auto name : {c::network_namespaces, c::xfrm_netlink, c::esp_v4, c::esp_v6, c::ah_v4, c::ah_v6,
                          c::esp_in_udp_v4, c::nat, c::veth, c::bridge, c::netem}) {
    const auto choice =
        choose_ground(GroundRequest::automatic, without(complete_machine(), name, "the kernel's words"));
    ASSERT_TRUE(choice) << name;
    EXPECT_EQ(choice->kind, GroundKind::guest) << name;
    EXPECT_THAT(choice->why, HasSubstr(std::string(name)));
    EXPECT_THAT(choice->why, HasSubstr("the kernel's words"));
  }
}

TEST(ChooseGround, AHostWithoutEspIsAPreconditionWhereHostIsAskedFor) {
  const auto choice =
      choose_ground(GroundRequest::host, without(complete_machine(), c::esp_v4, "Requested type not found"));
  ASSERT_FALSE(choice);
  EXPECT_EQ(choice.error().exit_code(), ExitCode::precondition);
  EXPECT_THAT(choice.error().what(), HasSubstr("Requested type not found"));
}

TEST(ChooseGround, GuestIsTakenWhereAskedForEvenIfTheHostIsComplete) {
  EXPECT_EQ(choose_ground(GroundRequest::guest, complete_machine())->kind, GroundKind::guest);
}

TEST(ChooseGround, NothingAtAllNamesBothReasons) {
  const auto machine =
      without(without(complete_machine(), c::ah_v6, "no ah6"), c::guest_kernel, "linux.uml is not there");
  const auto choice = choose_ground(GroundRequest::automatic, machine);
  ASSERT_FALSE(choice);
  EXPECT_EQ(choice.error().exit_code(), ExitCode::precondition);
  EXPECT_THAT(choice.error().what(), HasSubstr("no ah6"));
  EXPECT_THAT(choice.error().what(), HasSubstr("linux.uml is not there"));
}

TEST(ChooseGround, WhatWasNotProbedIsNotTakenForGranted) { EXPECT_FALSE(choose_ground(GroundRequest::automatic, {})); }

}  // namespace
}  // namespace useipsec
