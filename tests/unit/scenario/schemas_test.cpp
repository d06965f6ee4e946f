// docs/schemas holds what schemas() says (USEIPSEC_ACCEPT=1 writes it), and a validator that knows nothing of our own
// check agrees with it about every file of the project.
#include "scenario/schemas.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "helpers/places.h"
#include "helpers/schema_oracle.h"

namespace useipsec {
namespace {

namespace fs = std::filesystem;

SchemaOracle oracle(const std::string& name) { return SchemaOracle(schemas().at(name).dump()); }

void expect_all_valid(const SchemaOracle& valid, const fs::path& folder) {
  if (!fs::exists(folder)) return;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    EXPECT_EQ(valid.complaints(nlohmann::json::parse(read_text(entry.path()))), "") << entry.path();
  }
}

TEST(SchemasTest, AreWhatDocsHold) { expect_docs_hold(schemas()); }

TEST(SchemasTest, AnotherValidatorAcceptsEveryFile) {
  expect_all_valid(oracle("topology.json"), source_dir() / "topologies");
  const auto scenario = oracle("scenario.json");
  expect_all_valid(scenario, source_dir() / "scenarios");
  expect_all_valid(scenario, source_dir() / "tests/golden/scenarios");
  EXPECT_EQ(scenario.complaints(nlohmann::json::parse(read_text(source_dir() / "tests/golden/errors/valid.json"))), "");
}

TEST(SchemasTest, AnotherValidatorAcceptsEveryClaim) {
  const auto claim = oracle("claim.json");
  for (const auto& entry : fs::recursive_directory_iterator(source_dir() / "claims")) {
    const auto name = entry.path().filename();
    if (entry.path().extension() != ".json") continue;
    const auto json = nlohmann::json::parse(read_text(entry.path()));
    if (json.contains("claim")) {
      EXPECT_EQ(claim.complaints(json), "") << entry.path();
    }
  }
}

// The errors that lie in the shape alone, not in what the words refer to.
TEST(SchemasTest, AnotherValidatorRefusesWrongShapes) {
  const auto scenario = oracle("scenario.json");
  for (const auto* name :
       {"kind-misspelt", "wrong-types", "unknown-keys", "out-of-range", "no-control", "empty-controls",
        "empty-timeline", "hostile-name", "unknown-step", "not-an-object", "topology-outside"}) {
    const auto json =
        nlohmann::json::parse(read_text(source_dir() / "tests/golden/errors" / (std::string(name) + ".json")));
    EXPECT_NE(scenario.complaints(json), "") << name;
  }
}

}  // namespace
}  // namespace useipsec
