#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <random>

#include "helpers/places.h"
#include "input/check.h"
#include "input/pointer.h"
#include "scenario/scenario_reader.h"
#include "scenario/scenario_shape.h"
#include "topology/topology_shape.h"

namespace useipsec {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

const Catalogs catalogs{{"nat-ah-icv", "nat-ah-green-sa"}, {"libreswan", "manual"}, source_dir() / "topologies"};

ReadResult read(const std::string& name) {
  auto result = read_scenario(source_dir() / "tests/golden/scenarios" / (name + ".json"), catalogs);
  if (!result.diagnostics.empty()) throw std::runtime_error(result.diagnostics.text());
  return result;
}

const Case& find(const ReadResult& result, const std::string& id) {
  for (const auto& each : result.cases) {
    if (each.id == id) return each;
  }
  throw std::runtime_error("no case " + id);
}

TEST(ScenarioTest, ExpandsEnginesVariantsAndControls) {
  const auto result = read("ah-example");
  std::vector<std::string> ids;
  for (const auto& each : result.cases) ids.push_back(each.id);
  EXPECT_THAT(ids, ElementsAre("ah-example@libreswan+transport", "ah-example.routed@libreswan+transport",
                               "ah-example.clear@libreswan+transport", "ah-example@libreswan+tunnel",
                               "ah-example.routed@libreswan+tunnel", "ah-example.clear@libreswan+tunnel",
                               "ah-example@manual+transport", "ah-example.routed@manual+transport",
                               "ah-example.clear@manual+transport"));
  EXPECT_THAT(result.tags, ElementsAre("nat", "ah"));
}

TEST(ScenarioTest, AxesMakeEveryCombinationACase) {
  const auto result = read("axes-example");
  std::vector<std::string> ids;
  for (const auto& each : result.cases) ids.push_back(each.id);
  EXPECT_THAT(
      ids, ElementsAre(
               "axes-example@manual+transport.napt.manual", "axes-example.routed@manual+transport.routed.manual",
               "axes-example@manual+transport.one-to-one.manual", "axes-example@manual+tunnel.napt.manual",
               "axes-example.routed@manual+tunnel.routed.manual", "axes-example@manual+tunnel.one-to-one.manual",
               "axes-example@libreswan+transport.napt.ikev2", "axes-example.routed@libreswan+transport.routed.ikev2",
               "axes-example@libreswan+transport.one-to-one.ikev2", "axes-example@libreswan+tunnel.napt.ikev2",
               "axes-example.routed@libreswan+tunnel.routed.ikev2", "axes-example@libreswan+tunnel.one-to-one.ikev2"));
  const auto& cell = find(result, "axes-example@libreswan+transport.one-to-one.ikev2");
  EXPECT_EQ(cell.topology.name, "nat-one-to-one");
  EXPECT_EQ(cell.profile.mode, Mode::transport);
  EXPECT_EQ(cell.profile.keying, Keying::ikev2);
}

TEST(ScenarioTest, CellsShareTheCellThatIsTheirControl) {
  const auto result = read("axes-example");
  const std::string control = "axes-example.routed@manual+tunnel.routed.manual";
  for (const auto* subject : {"axes-example@manual+tunnel.napt.manual", "axes-example@manual+tunnel.one-to-one.manual"})
    EXPECT_THAT(find(result, subject).controls, ElementsAre(control));
  EXPECT_EQ(find(result, control).control_of, "axes-example@manual+tunnel.napt.manual");
  EXPECT_EQ(find(result, control).topology.name, "routed");
}

TEST(ScenarioTest, SomeCellsAreOtherwise) {
  const auto result = read("axes-example");
  const auto outcome = [&](const char* id) { return std::get<FlowExpectation>(find(result, id).expect.at(0)).outcome; };
  EXPECT_EQ(outcome("axes-example@manual+transport.napt.manual"), Outcome::blocked);
  EXPECT_EQ(outcome("axes-example.routed@manual+transport.routed.manual"), Outcome::protected_);
  EXPECT_EQ(outcome("axes-example@manual+tunnel.napt.manual"), Outcome::protected_);
  EXPECT_EQ(outcome("axes-example@libreswan+transport.napt.ikev2"), Outcome::protected_);
}

TEST(ScenarioTest, ControlsComeAfterVariants) {
  const auto result = read("ah-example");
  const auto& subject = find(result, "ah-example@libreswan+tunnel");
  EXPECT_EQ(subject.profile.mode, Mode::tunnel);
  EXPECT_THAT(subject.controls, ElementsAre("ah-example.routed@libreswan+tunnel", "ah-example.clear@libreswan+tunnel"));
  const auto& routed = find(result, "ah-example.routed@libreswan+tunnel");
  EXPECT_EQ(routed.profile.mode, Mode::tunnel);
  EXPECT_EQ(routed.topology.name, "routed");
  EXPECT_EQ(routed.control_of, subject.id);
  EXPECT_EQ(routed.profile.nat, NatStatement());
  const auto& clear = find(result, "ah-example.clear@libreswan+tunnel");
  EXPECT_TRUE(clear.without_ipsec);
  EXPECT_EQ(clear.deadline, std::chrono::seconds(30));  // the variant changed its control
  EXPECT_EQ(find(result, "ah-example.clear@libreswan+transport").deadline, default_deadline);
}

TEST(ScenarioTest, AnEngineMayBeExpectedToDiffer) {
  const auto result = read("engines-differ");
  const auto& usual = find(result, "engines-differ@libreswan+napt");
  const auto& other = find(result, "engines-differ@manual+napt");
  EXPECT_EQ(usual.claims.at(0).bearing, Bearing::supports);
  EXPECT_EQ(other.claims.at(0).bearing, Bearing::refutes);
  EXPECT_EQ(other.deadline, std::chrono::seconds(7)) << "laid over the variant's";
  EXPECT_EQ(usual.deadline, std::chrono::seconds(5));
  EXPECT_THAT(usual.controls, ElementsAre("engines-differ.routed@libreswan+napt"));
  EXPECT_THAT(other.controls, ElementsAre("engines-differ.routed@manual+napt", "engines-differ.clear@manual+napt"));
  EXPECT_EQ(find(result, "engines-differ.routed@manual+napt").deadline, std::chrono::seconds(9))
      << "the engine changes a control";
}

TEST(ScenarioTest, ConvertsEveryPart) {
  const auto result = read("ah-example");
  const auto& subject = result.cases.front();
  EXPECT_EQ(subject.profile.keying, Keying::ikev1_main);
  EXPECT_EQ(subject.profile.protocol, SecurityProtocol::ah);
  EXPECT_FALSE(subject.profile.confidentiality);
  EXPECT_TRUE(subject.profile.replay_protection);
  EXPECT_EQ(subject.profile.nat.expected, NatExpected::certain);
  ASSERT_EQ(subject.claims.size(), 2U);
  EXPECT_EQ(subject.claims[1].id, "nat-ah-green-sa");
  ASSERT_EQ(subject.timeline.size(), 4U);
  const auto& wait = std::get<WaitStep>(subject.timeline[2]);
  EXPECT_EQ(wait.within, std::chrono::milliseconds(2500));
  EXPECT_EQ(std::get<SaExpectation>(wait.until).node, "alice");
  ASSERT_EQ(subject.expect.size(), 3U);
  const auto& flow = std::get<FlowExpectation>(subject.expect[1]);
  EXPECT_EQ(flow.outcome, Outcome::blocked);
  EXPECT_THAT(flow.wire, ElementsAre("ah"));
  EXPECT_EQ(std::get<DropExpectation>(subject.expect[2]).counter, "XfrmInStateProtoError");
  EXPECT_EQ(subject.probes.front().destination, Address::parse("198.51.100.2"));
}

TEST(ScenarioTest, ProbesFollowTheFamilyOfTheirNodes) {
  const auto result = read("nd-example");
  const auto& subject = result.cases.front();
  EXPECT_EQ(subject.id, "nd-example@libreswan");
  EXPECT_EQ(subject.probes.front().family, Family::v6);
  EXPECT_EQ(subject.probes.front().destination, Address::parse("2001:db8::2"));
  const auto& remove = std::get<RemovePolicyStep>(subject.timeline[1]);
  EXPECT_EQ(remove.selector.protocol, "icmp6");
  EXPECT_EQ(remove.selector.local_port, 135);
  EXPECT_THAT(std::get<FlushNeighborsStep>(subject.timeline[2]).nodes, ElementsAre("alice", "bob"));
  EXPECT_TRUE(result.cases.back().topology.links.front().static_neighbors);
}

TEST(ScenarioTest, NodesMayDisagree) {
  const auto result = read("disagree-example");
  const auto& agreed = find(result, "disagree-example@libreswan+agreed");
  EXPECT_THAT(agreed.profile.initiators, ElementsAre("r1", "r2"));
  EXPECT_EQ(agreed.profile.psks.at("r2"), "second-key");
  EXPECT_TRUE(agreed.profile_at.empty());
  EXPECT_EQ(agreed.profile_of("r2"), &agreed.profile);

  const auto& otherwise = find(result, "disagree-example@libreswan+otherwise");
  EXPECT_EQ(otherwise.profile_of("r1"), nullptr) << "a patch on a patch keeps null: no IPsec there";
  EXPECT_THAT(otherwise.protected_nodes(), ElementsAre("r2", "r3"));
  ASSERT_NE(otherwise.profile_of("r2"), nullptr) << "the variant gives r2 a profile again";
  EXPECT_EQ(otherwise.profile_of("r2")->psks.at("r2"), "wrong");
  EXPECT_EQ(otherwise.profile_of("r2")->psks.at("r1"), "first-key");
  EXPECT_EQ(otherwise.profile.psks.at("r2"), "second-key");
  const auto& responder = *otherwise.profile_of("r3");
  EXPECT_EQ(responder.protocol, SecurityProtocol::esp);
  EXPECT_FALSE(responder.confidentiality);
  EXPECT_EQ(responder.algorithms.encryption, "") << "null takes a member of the profile away";
  EXPECT_EQ(responder.algorithms.integrity, "hmac-sha2-256-128");
  const auto& none = find(result, "disagree-example.none@libreswan+otherwise");
  EXPECT_EQ(none.profile_of("r3"), nullptr);
  EXPECT_THAT(none.protected_nodes(), testing::IsEmpty());
}

TEST(ScenarioTest, PatternsStandForNodes) {
  const auto read = read_scenario(source_dir() / "scenarios/multicast/mc-per-sender-scaling.json",
                                  {{"mc-per-sender-scaling"}, {"manual"}, source_dir() / "topologies"});
  ASSERT_TRUE(read.diagnostics.empty()) << read.diagnostics.text();
  const auto& five =
      *std::find_if(read.cases.begin(), read.cases.end(), [](const Case& one) { return one.variant == "n5"; });
  EXPECT_EQ(five.topology.nodes.size(), 6U);
  EXPECT_THAT(five.profile.members, ElementsAre("r1", "r2", "r3", "r4", "r5", "new"));
  EXPECT_THAT(five.routing->routers, ElementsAre("r1", "r2", "r3", "r4", "r5", "new"));
  ASSERT_TRUE(five.profile_at.contains("r5"));
  EXPECT_EQ(five.profile_at.at("r5")->knows->size(), 5U);
  const auto waits = std::count_if(five.timeline.begin(), five.timeline.end(),
                                   [](const Step& step) { return std::holds_alternative<WaitStep>(step); });
  EXPECT_EQ(waits, 4 + 2);  // one for each other r, and what stands there
}

TEST(ScenarioTest, NodesStopAndStartAgain) {
  const auto subject = read("disagree-example").cases.front();
  const auto& wait = std::get<WaitStep>(subject.timeline[2]);
  EXPECT_EQ(std::get<SaExpectation>(wait.until).with, "r1");
  const auto& killed = std::get<StopStep>(subject.timeline[3]);
  EXPECT_TRUE(killed.killed);
  EXPECT_TRUE(killed.flush);
  EXPECT_EQ(std::get<RekeyStep>(subject.timeline[5]).level, Level::ike);
  const auto& stopped = std::get<StopStep>(subject.timeline[6]);
  EXPECT_FALSE(stopped.killed);
  EXPECT_FALSE(stopped.flush);
  const auto& with = std::get<SaExpectation>(subject.expect[1]);
  EXPECT_EQ(with.with, "r1");
  EXPECT_EQ(with.level, Level::child);
}

TEST(ScenarioTest, AttackersFindTheirWay) {
  const auto result = read("attack-example");
  const auto& subject = result.cases.front();
  const auto& replay = std::get<ReplayStep>(subject.timeline[2]);
  EXPECT_EQ(replay.packets.sent_by, "inet");
  EXPECT_EQ(replay.packets.first, 2U);
  EXPECT_EQ(replay.times, 3U);
  const auto& datagrams = std::get<InjectStep>(subject.timeline[3]);
  EXPECT_EQ(datagrams.kind, Forgery::udp);
  EXPECT_EQ(datagrams.claimed, Address::parse("10.1.0.2")) << "alice's address";
  EXPECT_EQ(datagrams.destination, Address::parse("198.51.100.2"));
  EXPECT_EQ(datagrams.link, "wan");
  EXPECT_EQ(datagrams.next, "inet") << "the first hop";
  const auto& reply = std::get<InjectStep>(subject.timeline[4]);
  EXPECT_EQ(reply.claimed, Address::parse("198.51.100.9"));
  EXPECT_EQ(reply.next, "bob");
  EXPECT_TRUE(std::get<InjectStep>(subject.timeline[6]).with_key);
  const auto& tamper = std::get<TamperStep>(subject.timeline[8]);
  EXPECT_EQ(tamper.every, 2U);
  EXPECT_THAT(tamper.edit.bytes, ElementsAre(0x00, 0xff));
  EXPECT_EQ(tamper.edit.after, "ah");
  EXPECT_EQ(std::get<TamperStep>(subject.timeline[9]).edit.source, Address::parse("192.0.2.77"));
}

TEST(ScenarioTest, WhatAnAttackMakesArriveIsAProbe) {
  const auto result = read("attack-example");
  const auto& subject = result.cases.front();
  ASSERT_EQ(subject.probes.size(), 5U);
  const auto named = [&](const std::string& name) {
    return *std::find_if(subject.probes.begin(), subject.probes.end(),
                         [&](const Probe& each) { return each.name == name; });
  };
  EXPECT_FALSE(named("udp").forged);
  EXPECT_TRUE(named("udp").router_alert);
  EXPECT_EQ(named("elsewhere").listens, 7002);
  EXPECT_TRUE(named("again").forged);
  EXPECT_EQ(named("again").from, "inet");
  EXPECT_EQ(named("again").to, "bob");
  EXPECT_TRUE(named("forged").forged);
  EXPECT_EQ(named("forged").count, 5U);
  EXPECT_EQ(named("forged").port, 53);
}

TEST(ScenarioTest, AProbeGoesOnWithTheConnectionOfAnother) {
  const auto result = read("sctp-example");
  const auto& subject = result.cases.front();
  ASSERT_EQ(subject.probes.size(), 2U);
  EXPECT_THAT(subject.probes[0].bind, ElementsAre(*Address::parse("10.1.0.2"), *Address::parse("10.1.0.7")))
      << "in the order of the file; a step gives the second";
  EXPECT_TRUE(subject.probes[0].continues.empty());
  EXPECT_TRUE(subject.probes[1].bind.empty()) << "the association is bound already";
  EXPECT_EQ(subject.probes[1].continues, "begun");
}

/// A file of this test alone: its name is given, and tests run side by side.
fs::path scratch_file(const fs::path& name) {
  const auto folder = fs::path(testing::TempDir()) /
                      (std::string("useipsec-") + testing::UnitTest::GetInstance()->current_test_info()->name());
  fs::create_directories(folder);
  return folder / name;
}

/// The same edits every time: bytes of a valid file dropped, doubled or exchanged. Whatever comes of it, reading ends
/// with cases or with complaints, never with neither and never by an exception.
TEST(ScenarioTest, DamagedFilesAreRefusedOrRead) {
  std::string text;
  std::getline(std::ifstream(source_dir() / "tests/golden/scenarios/ah-example.json", std::ios::binary), text, '\0');
  const auto file = scratch_file("ah-example.json");
  std::minstd_rand random(5406);
  const std::string spice = "{}[]\",:0-9enultrafsx/.\\\x01";
  for (int round = 0; round < 400; ++round) {
    auto damaged = text;
    for (int edit = 0; edit < 1 + round % 3; ++edit) {
      const auto at = random() % damaged.size();
      switch (random() % 3) {
        case 0:
          damaged.erase(at, 1 + random() % 12);
          break;
        case 1:
          damaged.insert(at, damaged.substr(at, 1 + random() % 12));
          break;
        default:
          damaged[at] = spice[random() % spice.size()];
      }
    }
    std::ofstream(file, std::ios::binary) << damaged;
    const auto result = read_scenario(file, catalogs);
    EXPECT_NE(result.cases.empty(), result.diagnostics.empty()) << damaged;
  }
  fs::remove_all(file.parent_path());
}

void expect_stand_ins(const Shape& shape) {
  if (shape.kind == ShapeKind::text) {
    Diagnostics said;
    const auto document = Document::parse("stand-in", stand_in(shape).dump(), said);
    EXPECT_TRUE(check(*document, shape, said)) << said.text();
  }
  for (const auto& field : shape.fields) expect_stand_ins(*field.shape);
  if (shape.item) expect_stand_ins(*shape.item);
  for (const auto& choice : shape.choices) expect_stand_ins(*choice);
}

TEST(ScenarioTest, EveryTextHasAStandInOfItsFormat) {
  expect_stand_ins(*scenario_shape());
  expect_stand_ins(*topology_shape());
}

/// Every value below `json`, as pointers.
void pointers_into(const Json& json, const std::string& pointer, std::vector<std::string>& result) {
  if (!pointer.empty()) result.push_back(pointer);
  if (json.is_object()) {
    for (const auto& [key, value] : json.items()) pointers_into(value, child(pointer, key), result);
  }
  for (std::size_t index = 0; json.is_array() && index < json.size(); ++index)
    pointers_into(json[index], child(pointer, index), result);
}

/// What is said of every copy of the example files in which `damage` changed the value at one pointer and returned
/// true.
void for_each_damage(const std::function<bool(Json& file, const std::string& pointer)>& damage,
                     const std::function<void(const std::string& pointer, const ReadResult&)>& judge) {
  for (const char* name :
       {"ah-example.json", "nd-example.json", "inline-example.json", "disagree-example.json", "attack-example.json"}) {
    Diagnostics none;
    const auto document = Document::read(source_dir() / "tests/golden/scenarios" / name, none);
    ASSERT_TRUE(document);
    std::vector<std::string> pointers;
    pointers_into(document->root(), "", pointers);
    const auto file = scratch_file(name);
    for (const auto& pointer : pointers) {
      auto damaged = document->root();
      if (!damage(damaged, pointer)) continue;
      std::ofstream(file, std::ios::binary) << damaged.dump(1);
      judge(pointer, read_scenario(file, catalogs));
    }
    fs::remove_all(file.parent_path());
  }
}

/// One value of a good file takes a form that fits nowhere: that is all that is said, wherever it stands.
TEST(ScenarioTest, OneFormErrorIsOneComplaint) {
  const auto damage = [](Json& file, const std::string& pointer) {
    file[Json::json_pointer(pointer)] = -0.5;
    return true;
  };
  for_each_damage(damage, [](const std::string& pointer, const ReadResult& result) {
    const auto said = result.diagnostics.sorted();
    ASSERT_EQ(said.size(), 1U) << pointer << "\n" << result.diagnostics.text();
    EXPECT_EQ(said.front().pointer, pointer);
  });
}

/// The same with one key misspelt, where the key is one of the format's.
TEST(ScenarioTest, OneMisspeltKeyIsOneComplaint) {
  const auto damage = [](Json& file, const std::string& pointer) {
    auto& object = file[Json::json_pointer(std::string(parent(pointer)))];
    if (!object.is_object()) return false;
    const auto key = pointer.substr(pointer.rfind('/') + 1);
    object[key + "q"] = object[key];
    object.erase(key);
    return true;
  };
  std::size_t misspelt = 0;
  for_each_damage(damage, [&misspelt](const std::string& pointer, const ReadResult& result) {
    if (result.diagnostics.text().find("one of the keys") == std::string::npos) return;  // a name of the author's own
    ++misspelt;
    EXPECT_EQ(result.diagnostics.sorted().size(), 1U) << pointer << "\n" << result.diagnostics.text();
  });
  EXPECT_GT(misspelt, 100U);
}

}  // namespace
}  // namespace useipsec
