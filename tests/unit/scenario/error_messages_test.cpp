// tests/golden/errors/<case>.json is read, and what is said about it must be <case>.txt. Files whose "topology" comes
// first (topology-*.json without "scenario") are topologies. USEIPSEC_ACCEPT=1 rewrites the .txt files.
// The topologies are those of tests/golden/topologies, so that a further one changes no message.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/files.h"
#include "helpers/places.h"
#include "scenario/scenario_reader.h"
#include "topology/topology_reader.h"

namespace useipsec {
namespace {

namespace fs = std::filesystem;

const fs::path errors_folder = source_dir() / "tests/golden/errors";

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(errors_folder)) {
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class ErrorMessages : public testing::TestWithParam<std::string> {};

TEST_P(ErrorMessages, AreAsWritten) {
  const fs::path file = GetParam() + ".json";
  const auto before = fs::current_path();
  fs::current_path(errors_folder);
  Diagnostics diagnostics;
  if (read_text(file).find("\"scenario\"") == std::string::npos && GetParam().starts_with("topology-")) {
    read_topology(file, diagnostics);
  } else {
    const Catalogs catalogs{{"nat-ah-icv", "nat-ah-green-sa", "nd-ike-loop"},
                            {"libreswan", "manual"},
                            source_dir() / "tests/golden/topologies"};
    const auto result = read_scenario(file, catalogs);
    diagnostics = result.diagnostics;
    EXPECT_EQ(result.cases.empty(), !diagnostics.empty());
  }
  fs::current_path(before);
  const auto golden = errors_folder / (GetParam() + ".txt");
  if (std::getenv("USEIPSEC_ACCEPT") != nullptr) {
    std::ofstream(golden, std::ios::binary) << diagnostics.text();
    GTEST_SKIP() << "rewritten: " << golden;
  }
  ASSERT_TRUE(fs::exists(golden));
  EXPECT_EQ(diagnostics.text(), read_text(golden));
}

INSTANTIATE_TEST_SUITE_P(Golden, ErrorMessages, testing::ValuesIn(case_names()), [](const auto& parameter) {
  auto name = parameter.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace useipsec
