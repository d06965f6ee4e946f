#include "forge/ike_edit.h"

#include <gmock/gmock.h>

#include <vector>

namespace useipsec {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Bytes = std::vector<std::uint8_t>;

struct Payload {
  std::uint8_t type;
  Bytes body;
};

Bytes message(std::uint8_t version, const std::vector<Payload>& payloads, std::uint8_t flags = 0) {
  Bytes result(28, 0);
  result[17] = version;
  result[19] = flags;
  result[16] = payloads.empty() ? 0 : payloads.front().type;
  for (std::size_t index = 0; index < payloads.size(); ++index) {
    const auto& body = payloads[index].body;
    result.push_back(index + 1 < payloads.size() ? payloads[index + 1].type : 0);
    result.push_back(0);
    result.push_back(0);
    result.push_back(static_cast<std::uint8_t>(4 + body.size()));
    result.insert(result.end(), body.begin(), body.end());
  }
  return result;
}

/// Where a change of the message is seen.
std::vector<std::size_t> changed(const Bytes& before, bool (*change)(std::span<std::uint8_t>)) {
  auto after = before;
  const bool said = change(after);
  std::vector<std::size_t> places;
  for (std::size_t at = 0; at < before.size(); ++at)
    if (before[at] != after[at]) places.push_back(at);
  EXPECT_EQ(said, !places.empty());
  return places;
}

TEST(IkeEdit, AltersEveryNatDHashOfIkev1AndNothingElse) {
  const auto main_mode = message(0x10, {{4, {1, 2, 3}}, {10, {4}}, {20, {5, 6}}, {20, {7, 8}}, {13, {9}}});
  EXPECT_THAT(changed(main_mode, alter_nat_detection), ElementsAre(28 + 7 + 5 + 4, 28 + 7 + 5 + 6 + 4));
  EXPECT_THAT(changed(main_mode, alter_vendor_ids), ElementsAre(main_mode.size() - 1));
}

TEST(IkeEdit, AltersTheNotificationsOfIkev2) {
  const auto init = message(
      0x20,
      {{33, {1}}, {41, {1, 0, 0x40, 0x04, 0xaa}}, {41, {0, 0, 0x40, 0x05, 0xbb}}, {41, {0, 0, 0x40, 0x2e}}, {43, {1}}});
  EXPECT_THAT(changed(init, alter_nat_detection), ElementsAre(28 + 5 + 4 + 4, 28 + 5 + 9 + 4 + 4));
  EXPECT_THAT(changed(init, alter_vendor_ids), ElementsAre(init.size() - 1));
}

TEST(IkeEdit, LeavesWhatIsEncryptedCutOrShortAlone) {
  EXPECT_THAT(changed(message(0x10, {{20, {5, 6}}}, 1), alter_nat_detection), IsEmpty());
  auto cut = message(0x10, {{20, {5, 6}}});
  cut.pop_back();
  EXPECT_THAT(changed(cut, alter_nat_detection), IsEmpty()) << "a payload that claims more than there is";
  EXPECT_THAT(changed(Bytes(10, 0), alter_nat_detection), IsEmpty());
  EXPECT_THAT(changed(message(0x10, {{20, {}}}), alter_nat_detection), IsEmpty()) << "an empty hash";
}

}  // namespace
}  // namespace useipsec
