#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "helpers/golden.h"
#include "helpers/places.h"

namespace useipsec {

/// A validator that knows nothing of our own check: a second opinion on a JSON Schema (draft-07).
class SchemaOracle {
 public:
  explicit SchemaOracle(const std::string& schema) : document_(nlohmann::json::parse(schema)) {
    const valijson::adapters::NlohmannJsonAdapter adapter(document_);
    valijson::SchemaParser(valijson::SchemaParser::kDraft7).populateSchema(adapter, schema_);
  }
  /// The schema that docs/schemas holds under this name.
  static SchemaOracle of_docs(const std::string& name) {
    return SchemaOracle(read_text(source_dir() / "docs/schemas" / name));
  }

  /// What it says is wrong; empty: nothing.
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

/// docs/schemas holds exactly these; USEIPSEC_ACCEPT=1 writes them, and the test is skipped then.
template <class Schemas>
void expect_docs_hold(const Schemas& schemas) {
  for (const auto& [name, schema] : schemas) {
    const auto file = source_dir() / "docs/schemas" / name;
    const auto text = schema.dump(2) + "\n";
    if (std::getenv("USEIPSEC_ACCEPT") != nullptr) {
      std::ofstream(file, std::ios::binary) << text;
    } else {
      EXPECT_EQ(text, read_text(file)) << file << ": rewrite it with USEIPSEC_ACCEPT=1 or make docs";
    }
  }
  if (std::getenv("USEIPSEC_ACCEPT") != nullptr) GTEST_SKIP() << "rewritten: docs/schemas";
}

}  // namespace useipsec
