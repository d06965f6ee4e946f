#include "inside/lab_state.h"

#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "base/error.h"
#include "helpers/places.h"
#include "helpers/sample_cases.h"

namespace useipsec {
namespace {

using testing::ElementsAre;

LabState sample() {
  LabState lab{.name = "mine",
               .kind = LabKind::lab,
               .phase = LabPhase::held,
               .case_id = "a.c@libreswan+v",
               .scenario = "a.c",
               .engine = "libreswan",
               .variant = "v",
               .title = "A title",
               .topology = "alice --lan-- bob",
               .ground = "guest",
               .kernel = "6.1.176",
               .since = "2026-11-24T03:03:58Z",
               .process = 4711,
               .run = "/r/lab-1",
               .folder = "/r/lab-1/a.c@libreswan+v",
               .state = "failed",
               .why = "flow ping: expected \"protected\"",
               .example = "alice -- ping -c 1 192.0.2.1",
               .steps = {},
               .nodes = {}};
  lab.steps = {{"start all", "done", 1.5}, {"probe ping", "", 0}};
  lab.nodes = places(samples::wan(true));
  lab.nodes[0].commands = {"/usr/libexec/ipsec/whack --status"};
  return lab;
}

TEST(LabState, ComesBackAsItWas) {
  EXPECT_EQ(lab_state(to_text(sample())), sample());
  EXPECT_EQ(lab_state(to_text(LabState{})), LabState{});
}

TEST(LabState, WhatIsNoneIsRefused) {
  for (const auto* bad : {"", "{", "[]", "{}", "{\"name\": 7}"})
    EXPECT_THROW(lab_state(std::string(bad)), Error) << bad;
  auto document = to_json_document(sample());
  document["phase"] = "asleep";
  EXPECT_THROW(lab_state(document), Error);
}

TEST(LabState, PlacesSayRoleAndAddresses) {
  const auto nodes = places(samples::wan(true));
  ASSERT_EQ(nodes.size(), 4u);
  EXPECT_EQ(nodes[1].name, "middle");
  EXPECT_EQ(nodes[1].role, "NAPT");
  EXPECT_THAT(nodes[1].addresses, ElementsAre("10.1.0.1/24 on lan", "192.0.2.2/24 on wan"));
  EXPECT_EQ(places(samples::one_to_one_wan())[1].role, "1:1 NAT");
  EXPECT_EQ(places(samples::wan(false))[1].role, "router");
  EXPECT_THAT(places(samples::lan3())[0].addresses,
              ElementsAre("203.0.113.1/32 on lo", "2001:db8:1::1/128 on lo", "192.0.2.1/24 on lan"));
}

// docs/schemas/lab.json, written by hand, describes what is printed, and all of it.
TEST(LabState, ItsSchemaFits) {
  const auto schema_document = nlohmann::json::parse(std::ifstream(source_dir() / "docs/schemas/lab.json"));
  valijson::Schema schema;
  valijson::SchemaParser(valijson::SchemaParser::kDraft7)
      .populateSchema(valijson::adapters::NlohmannJsonAdapter(schema_document), schema);
  const auto fits = [&](const nlohmann::json& document) {
    valijson::Validator validator;
    return validator.validate(schema, valijson::adapters::NlohmannJsonAdapter(document), nullptr);
  };
  const auto document = nlohmann::json::parse(labs_text({sample(), LabState{}}));
  EXPECT_TRUE(fits(document));
  EXPECT_TRUE(fits(nlohmann::json::parse(labs_text({}))));
  for (const auto& [key, value] : document["labs"][0].items()) {
    auto less = document;
    less["labs"][0].erase(key);
    EXPECT_FALSE(fits(less)) << key;
  }
  auto more = document;
  more["labs"][0]["surprise"] = 1;
  EXPECT_FALSE(fits(more));
}

}  // namespace
}  // namespace useipsec
