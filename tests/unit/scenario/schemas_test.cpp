// docs/schemas holds what schemas() says (USEIPSEC_ACCEPT=1 writes it), and a validator that knows nothing of our own
// check agrees with it about every file of the project.
#include "scenario/schemas.h"
#include "helpers/places.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

namespace useipsec {
namespace {

namespace fs = std::filesystem;
const fs::path root = source_dir();

std::string text_of(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

/// What the other validator says is wrong; empty: nothing.
class Oracle {
 public:
  explicit Oracle(const std::string& name) : document_(nlohmann::json::parse(schemas().at(name).dump())) {
    const valijson::adapters::NlohmannJsonAdapter adapter(document_);
    valijson::SchemaParser(valijson::SchemaParser::kDraft7).populateSchema(adapter, schema_);
  }
  std::string complaints(const nlohmann::json& json) const {
    valijson::Validator validator;
    valijson::ValidationResults results;
    if (validator.validate(schema_, valijson::adapters::NlohmannJsonAdapter(json), &results)) return {};
    std::string text;
    for (const auto& each : results) {
      for (const auto& step : each.context) text += step;
      text += ": " + each.description + "\n";
    }
    return text;
  }

 private:
  nlohmann::json document_;
  valijson::Schema schema_;
};

void expect_all_valid(const Oracle& oracle, const fs::path& folder) {
  if (!fs::exists(folder)) return;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    EXPECT_EQ(oracle.complaints(nlohmann::json::parse(text_of(entry.path()))), "") << entry.path();
  }
}

TEST(SchemasTest, AreWhatDocsHold) {
  for (const auto& [name, schema] : schemas()) {
    const auto file = root / "docs/schemas" / name;
    const auto text = schema.dump(2) + "\n";
    if (std::getenv("USEIPSEC_ACCEPT") != nullptr) {
      std::ofstream(file, std::ios::binary) << text;
    } else {
      EXPECT_EQ(text, text_of(file)) << file << ": rewrite it with USEIPSEC_ACCEPT=1";
    }
  }
  if (std::getenv("USEIPSEC_ACCEPT") != nullptr) GTEST_SKIP() << "rewritten: docs/schemas";
}

TEST(SchemasTest, AnotherValidatorAcceptsEveryFile) {
  expect_all_valid(Oracle("topology.json"), root / "topologies");
  const Oracle scenario("scenario.json");
  expect_all_valid(scenario, root / "scenarios");
  expect_all_valid(scenario, root / "tests/golden/scenarios");
  EXPECT_EQ(scenario.complaints(nlohmann::json::parse(text_of(root / "tests/golden/errors/valid.json"))), "");
}

TEST(SchemasTest, AnotherValidatorAcceptsEveryClaim) {
  const Oracle claim("claim.json");
  for (const auto& entry : fs::recursive_directory_iterator(root / "claims")) {
    const auto name = entry.path().filename();
    if (entry.path().extension() != ".json") continue;
    const auto json = nlohmann::json::parse(text_of(entry.path()));
    if (json.contains("claim")) {
      EXPECT_EQ(claim.complaints(json), "") << entry.path();
    }
  }
}

// The errors that lie in the shape alone, not in what the words refer to.
TEST(SchemasTest, AnotherValidatorRefusesWrongShapes) {
  const Oracle scenario("scenario.json");
  for (const auto* name :
       {"kind-misspelt", "wrong-types", "unknown-keys", "out-of-range", "no-control", "empty-controls",
        "empty-timeline", "hostile-name", "unknown-step", "not-an-object", "topology-outside"}) {
    const auto json = nlohmann::json::parse(text_of(root / "tests/golden/errors" / (std::string(name) + ".json")));
    EXPECT_NE(scenario.complaints(json), "") << name;
  }
}

}  // namespace
}  // namespace useipsec
