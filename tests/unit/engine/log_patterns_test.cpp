#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "engine/libreswan/engine.h"
#include "engine/strongswan/engine.h"
#include "helpers/golden.h"
#include "helpers/places.h"

namespace useipsec {
namespace {

// The fixtures are what pluto 4.10 (from the line on that follows its self-tests) and charon 5.9.8 wrote in a guest
// when they were started by the rendered commands.

std::map<LogKind, std::vector<std::string>> sorted(const std::string& fixture,
                                                   const std::vector<LogPattern>& patterns) {
  std::map<LogKind, std::vector<std::string>> lines;
  std::istringstream text(read_text(source_dir() / "tests/golden/engine/fixtures" / fixture));
  for (std::string line; std::getline(text, line);) {
    const auto match = std::find_if(patterns.begin(), patterns.end(), [&](const LogPattern& pattern) {
      return std::regex_search(line, pattern.pattern);
    });
    lines[match == patterns.end() ? LogKind::other : match->kind].push_back(line);
  }
  return lines;
}

struct Expected {
  const char* fixture;
  std::size_t ike_up, child_up;
  const char* refused;  ///< words one refused line has; empty: there is no refused line
};

void expect_sorted(const Expected& expected, const std::vector<LogPattern>& patterns) {
  const auto& [fixture, ike_up, child_up, refused] = expected;
  auto lines = sorted(fixture, patterns);
  EXPECT_EQ(lines[LogKind::ready].size(), 1u);
  EXPECT_EQ(lines[LogKind::ike_up].size(), ike_up);
  EXPECT_EQ(lines[LogKind::child_up].size(), child_up);
  if (*refused == '\0')
    EXPECT_THAT(lines[LogKind::refused], ::testing::IsEmpty());
  else
    EXPECT_THAT(lines[LogKind::refused], ::testing::Contains(::testing::HasSubstr(refused)));
}

class LibreswanLogTest : public ::testing::TestWithParam<Expected> {};
class StrongswanLogTest : public ::testing::TestWithParam<Expected> {};

TEST_P(LibreswanLogTest, EachLineIsTakenForWhatItIs) { expect_sorted(GetParam(), libreswan_log_patterns()); }
TEST_P(StrongswanLogTest, EachLineIsTakenForWhatItIs) { expect_sorted(GetParam(), strongswan_log_patterns()); }

std::string fixture_name(const ::testing::TestParamInfo<Expected>& parameter) {
  std::string name = parameter.param.fixture;
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(
    Fixtures, LibreswanLogTest,
    ::testing::Values(Expected{"v1-esp-routed.alice.log", 1, 1, ""}, Expected{"v1-esp-routed.bob.log", 1, 1, ""},
                      Expected{"v1-esp-nat.alice.log", 1, 1, ""}, Expected{"v1-esp-nat.bob.log", 1, 1, ""},
                      Expected{"v1-ah-nat.alice.log", 1, 1, ""}, Expected{"v1-ah-nat.bob.log", 1, 1, ""},
                      Expected{"v6-trap.alice.log", 1, 1, ""}, Expected{"v1-aggressive-nat.bob.log", 1, 1, ""},
                      Expected{"v2-esp-nat.alice.log", 1, 0, "TS_UNACCEPTABLE"},
                      Expected{"v2-tunnel-nat.alice.log", 1, 1, ""}, Expected{"v2-tunnel-nat.bob.log", 1, 1, ""},
                      Expected{"v2-other-group.alice.log", 1, 1, ""}, Expected{"v2-other-group.bob.log", 1, 1, ""},
                      Expected{"v2-rekey-child.c1.log", 1, 2, ""}, Expected{"v2-rekey-ike.c2.log", 2, 1, ""},
                      Expected{"v1-two-selectors.bob.log", 1, 1, "no connection is known for"},
                      Expected{"v1-psk-differs.bob.log", 0, 0, "probable authentication failure"},
                      Expected{"v2-psk-differs.alice.log", 0, 0, "AUTHENTICATION_FAILED"},
                      Expected{"v1-proposal-differs.alice.log", 1, 0, "NO_PROPOSAL_CHOSEN"},
                      Expected{"v1-proposal-differs.bob.log", 1, 0, "no acceptable Proposal"},
                      Expected{"v2-proposal-differs.bob.log", 1, 0, "no local proposal matches"},
                      Expected{"v1-id-pinned-nat.alice.log", 0, 0, "INVALID_ID_INFORMATION"},
                      Expected{"v1-id-pinned-nat.bob.log", 0, 0, "mismatched on first found connection"},
                      Expected{"kernel-refuses.bob.log", 1, 0, "No such file or directory (errno 2)"},
                      Expected{"v2-certificates.alice.log", 1, 1, ""},
                      Expected{"v2-stranger.bob.log", 0, 0, "SEC_ERROR_UNKNOWN_ISSUER"},
                      Expected{"v1-another-name.alice.log", 0, 0, "INVALID_ID_INFORMATION"},
                      Expected{"v2-expired.alice.log", 0, 0, "is expired or not yet valid"},
                      Expected{"group-ike-v2.r1.log", 0, 0, ""},
                      Expected{"group-ike-v3.r1.log", 0, 0, "we cannot identify ourselves"}),
    fixture_name);

INSTANTIATE_TEST_SUITE_P(
    Fixtures, StrongswanLogTest,
    ::testing::Values(
        Expected{"strongswan-v1-esp-nat.alice.log", 1, 1, ""}, Expected{"strongswan-v1-esp-nat.bob.log", 1, 1, ""},
        Expected{"strongswan-v2-esp-nat.alice.log", 1, 1, ""}, Expected{"strongswan-v2-esp-nat.bob.log", 1, 1, ""},
        Expected{"strongswan-v2-other-group.alice.log", 1, 1, ""}, Expected{"strongswan-v6-trap.alice.log", 1, 1, ""},
        Expected{"strongswan-v1-rekey.alice.log", 2, 2, ""}, Expected{"strongswan-v2-rekey.alice.log", 2, 2, ""},
        Expected{"strongswan-v1-ah-nat.alice.log", 1, 0, "netlink error: Invalid argument (22)"},
        Expected{"strongswan-v1-ah-nat.bob.log", 1, 0, "received NO_PROPOSAL_CHOSEN"},
        Expected{"strongswan-v2-ah-nat.bob.log", 1, 0, "netlink error: Invalid argument (22)"},
        Expected{"strongswan-v1-psk-differs.bob.log", 0, 0, "could not decrypt payloads"},
        Expected{"strongswan-v2-psk-differs.alice.log", 0, 0, "AUTHENTICATION_FAILED"},
        Expected{"strongswan-v2-psk-differs.bob.log", 0, 0, "MAC mismatched"},
        Expected{"strongswan-v1-proposal-differs.bob.log", 1, 0, "no matching proposal found"},
        Expected{"strongswan-v2-proposal-differs.bob.log", 1, 0, "no acceptable proposal found"},
        Expected{"strongswan-version-differs.alice.log", 0, 0, "NO_PROPOSAL_CHOSEN"},
        Expected{"strongswan-version-differs.bob.log", 0, 0, "no IKE config found"},
        Expected{"strongswan-v1-id-differs.bob.log", 0, 0, "no peer config found"},
        Expected{"strongswan-v2-id-differs.bob.log", 0, 0, "no matching peer config found"},
        Expected{"strongswan-v1-selector-differs.alice.log", 1, 0, "INVALID_ID_INFORMATION"},
        Expected{"strongswan-v2-selector-differs.bob.log", 1, 0, "unacceptable"},
        Expected{"strongswan-v2-certificates.bob.log", 1, 1, ""},
        Expected{"strongswan-v2-stranger.bob.log", 0, 0, "no trusted ECDSA public key found"},
        Expected{"strongswan-v2-no-list.bob.log", 0, 0, "RULE_CRL_VALIDATION is SKIPPED"},
        Expected{"strongswan-v1-another-name.alice.log", 0, 0, "no private key found"},
        Expected{"strongswan-no-kdf.alice.log", 0, 0, "key derivation failed"}),
    fixture_name);

/// How many IKE SAs were established and then gone again by the last line.
void expect_gone(const std::string& fixture, const std::vector<LogPattern>& patterns, std::size_t up,
                 std::size_t down) {
  const auto lines = sorted(fixture, patterns);
  EXPECT_EQ(lines.at(LogKind::ike_up).size(), up) << fixture;
  EXPECT_EQ(lines.at(LogKind::ike_down).size(), down) << fixture;
}

TEST(LogPatterns, AnIkeSaOfADeadPeerIsGone) {
  expect_gone("v1-dead-peer.alice.log", libreswan_log_patterns(), 1, 1);
  expect_gone("v2-dead-peer.alice.log", libreswan_log_patterns(), 1, 1);
  expect_gone("strongswan-v1-dead-peer.alice.log", strongswan_log_patterns(), 1, 1);
  expect_gone("strongswan-v2-dead-peer.alice.log", strongswan_log_patterns(), 1, 1);
}

TEST(LogPatterns, OfARekeyedIkeSaTheOldOneIsGone) {
  expect_gone("v2-rekey-ike.c2.log", libreswan_log_patterns(), 2, 2);  // the new one too, at the end
  expect_gone("strongswan-v2-rekey.alice.log", strongswan_log_patterns(), 2, 2);
}

}  // namespace
}  // namespace useipsec
