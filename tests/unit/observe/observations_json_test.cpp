#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "observe/observations.h"

namespace useipsec {
namespace {

using testing::HasSubstr;

Observations rich() {
  Observations seen;
  seen.started_at = 1795478400.25;
  seen.kernel = "Linux 6.1.176";
  seen.steps = {{.began = 0.1, .ended = 0.9, .text = "initiate alice", .result = "done"}};
  seen.probes = {{.probe = "ping",
                  .token = "u1",
                  .began = 1,
                  .ended = 2,
                  .sent = {1, 2},
                  .arrived = {1},
                  .answered = {1},
                  .answers_arrived = {},
                  .errors = {"sendto: Network is unreachable (ENETUNREACH)"}}};
  NodeSnapshot node;
  node.sas = {{.source = *Address::parse("10.0.0.2"),
               .destination = *Address::parse("203.0.113.2"),
               .protocol = "esp",
               .mode = "transport",
               .spi = 0xffffffff,
               .udp_encapsulated = true,
               .encap_source_port = 4500,
               .encap_destination_port = 61234,
               .encryption = "cbc(aes)",
               .integrity = "hmac(sha256)",
               .encryption_key = "00ff",
               .integrity_key = "11",
               .integrity_truncation_bits = 128,
               .bytes = 5000000000,
               .packets = 3,
               .replay = 1,
               .replay_window = 32,
               .integrity_failed = 2,
               .extended_sequence = true}};
  node.policies = {{.source = *Prefix::parse("10.0.0.2/32"),
                    .destination = *Prefix::parse("::/0"),
                    .protocol = 58,
                    .source_port = "135",
                    .destination_port = "any",
                    .direction = "out",
                    .action = "allow",
                    .priority = 7,
                    .template_text = "esp transport required"}};
  node.xfrm_stat = {{"XfrmInError", 0}, {"XfrmInStateProtoError", 3}};
  node.network_stat = {{"TcpInCsumErrors", 4}};
  node.filter_stat = {{"filter: drop esp", 3}};
  node.adjacencies = {{.neighbor = "r2", .state = "full"}};
  node.neighbors = {
      {.link = "lan", .address = *Address::parse("fe80::1"), .mac = "02:75:69:00:00:01", .state = "failed"}};
  node.addresses = {{.link = "lan", .address = *Address::parse("2001:db8::2"), .state = "duplicate"}};
  node.acquires = {{.source = *Address::parse("fe80::1"),
                    .destination = *Address::parse("ff02::1:ff00:2"),
                    .protocol = 58,
                    .source_port = 135,
                    .destination_port = 0,
                    .count = 3}};
  node.ike_up = true;
  seen.snapshots = {{.label = "after", .at = 3.5, .nodes = {{"alice", node}}}};
  seen.log = {{.at = 0.2, .node = "alice", .program = "pluto", .line = "refused", .kind = LogKind::refused}};
  seen.captures = {{.link = "wan", .node = "alice", .file = "wan-alice.pcap", .packets = 9, .dropped = 1}};
  seen.ended_early = "timeout: 60 s";
  seen.timings = {{"own", 0.5}};
  return seen;
}

TEST(ObservationsJson, ReadsBackEverythingItWrote) {
  const auto before = rich();
  const auto text = observations_text(before);
  const auto document = nlohmann::json::parse(text);
  const auto after = observations_from_json(document);

  EXPECT_EQ(after.started_at, before.started_at);
  EXPECT_EQ(after.kernel, before.kernel);
  ASSERT_EQ(after.steps.size(), 1u);
  EXPECT_EQ(after.steps[0].result, "done");
  ASSERT_EQ(after.probes.size(), 1u);
  EXPECT_EQ(after.probes[0].sent, (std::vector<std::uint32_t>{1, 2}));
  EXPECT_EQ(after.probes[0].errors, before.probes[0].errors);
  ASSERT_EQ(after.snapshots.size(), 1u);
  const auto& node = after.snapshots[0].nodes.at("alice");
  const auto& was = before.snapshots[0].nodes.at("alice");
  EXPECT_EQ(node.sas, was.sas);
  EXPECT_EQ(node.policies, was.policies);
  EXPECT_EQ(node.xfrm_stat, was.xfrm_stat);
  EXPECT_EQ(node.network_stat, was.network_stat);
  EXPECT_EQ(node.filter_stat, was.filter_stat);
  EXPECT_EQ(node.adjacencies, was.adjacencies);
  EXPECT_EQ(node.neighbors, was.neighbors);
  EXPECT_EQ(node.addresses, was.addresses);
  EXPECT_EQ(node.acquires, was.acquires);
  EXPECT_TRUE(node.ike_up);
  ASSERT_EQ(after.log.size(), 1u);
  EXPECT_EQ(after.log[0].kind, LogKind::refused);
  ASSERT_EQ(after.captures.size(), 1u);
  EXPECT_EQ(after.captures[0].dropped, 1u);
  EXPECT_EQ(after.ended_early, before.ended_early);
  EXPECT_EQ(after.timings, before.timings);
  EXPECT_EQ(observations_text(after), text);
}

TEST(ObservationsJson, BytesThatAreNotUtf8DoNotThrow) {
  auto seen = rich();
  seen.log[0].line = "peer said \xff\xfe\xc3";
  const auto document = nlohmann::json::parse(observations_text(seen));
  EXPECT_THAT(observations_from_json(document).log[0].line, HasSubstr("peer said \xef\xbf\xbd"));
}

TEST(ObservationsJson, SaysWhereADocumentIsNotOurs) {
  const auto message_of = [](const nlohmann::json& document) -> std::string {
    try {
      observations_from_json(document);
    } catch (const Error& error) {
      EXPECT_EQ(error.exit_code(), ExitCode::invalid);
      return error.what();
    }
    return "no error";
  };
  const auto good = to_json_document(rich());
  auto wrong = good;
  wrong["snapshots"][0]["nodes"]["alice"]["sas"][0]["spi"] = 4294967296;
  EXPECT_THAT(message_of(wrong),
              HasSubstr("/snapshots/0/nodes/alice/sas/0/spi: expected at most 4294967295, found 4294967296"));
  wrong = good;
  wrong["probes"][0]["sent"][1] = -1;
  EXPECT_THAT(message_of(wrong), HasSubstr("/probes/0/sent/1"));
  wrong = good;
  wrong["log"][0].erase("kind");
  EXPECT_THAT(message_of(wrong), HasSubstr("/log/0: there is no member \"kind\""));
  EXPECT_THAT(message_of(nlohmann::json::array()), HasSubstr("the document: expected an object"));
  wrong = good;
  wrong["schema"] = "useipsec/observations/2";
  EXPECT_THAT(message_of(wrong), HasSubstr("/schema"));
}

TEST(Observations, SnapshotFindsTheLastOfItsLabel) {
  Observations seen;
  seen.snapshots = {
      {.label = "a", .at = 1, .nodes = {}}, {.label = "b", .at = 2, .nodes = {}}, {.label = "a", .at = 3, .nodes = {}}};
  ASSERT_NE(seen.snapshot("a"), nullptr);
  EXPECT_EQ(seen.snapshot("a")->at, 3);
  EXPECT_EQ(seen.snapshot("c"), nullptr);
}

}  // namespace
}  // namespace useipsec
