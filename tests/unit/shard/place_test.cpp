#include "shard/place.h"

#include <gtest/gtest.h>

#include <map>

#include "base/error.h"
#include "helpers/golden.h"

namespace useipsec {
namespace {

using Variables = std::map<std::string, std::string>;

Environment environment(const Variables& variables) {
  return [variables](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

const Variables gitlab{{"CI_NODE_INDEX", "2"}, {"CI_NODE_TOTAL", "4"}};
const Variables kubernetes{{"JOB_COMPLETION_INDEX", "0"}};
Variables slurm(const std::string& id, const std::string& least, const std::string& most, const std::string& count) {
  return {{"SLURM_ARRAY_TASK_ID", id},
          {"SLURM_ARRAY_TASK_MIN", least},
          {"SLURM_ARRAY_TASK_MAX", most},
          {"SLURM_ARRAY_TASK_COUNT", count}};
}

std::string told(const std::string& written, const Variables& variables = {}) {
  try {
    const auto place = shard_place(written, environment(variables));
    return std::to_string(place.index) + "/" + std::to_string(place.total) +
           (place.read_from.empty() ? "" : " " + place.read_from);
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::invalid);
    return error.what();
  }
}

TEST(ShardPlace, AsWritten) {
  EXPECT_EQ(told("1/1"), "1/1");
  EXPECT_EQ(told("4/4", gitlab), "4/4") << "what is written goes before what is found";
}

TEST(ShardPlace, FromTheEnvironment) {
  EXPECT_EQ(told("auto", gitlab), "2/4 CI_NODE_INDEX=2, CI_NODE_TOTAL=4 (GitLab CI)");
  EXPECT_EQ(told("auto/4", gitlab), "2/4 CI_NODE_INDEX=2, CI_NODE_TOTAL=4 (GitLab CI)");
  EXPECT_EQ(told("auto/3", kubernetes), "1/3 JOB_COMPLETION_INDEX=0 (Kubernetes)");
  EXPECT_EQ(
      told("auto", slurm("0", "0", "7", "8")),
      "1/8 SLURM_ARRAY_TASK_ID=0, SLURM_ARRAY_TASK_MIN=0, SLURM_ARRAY_TASK_MAX=7, SLURM_ARRAY_TASK_COUNT=8 (Slurm)");
  EXPECT_EQ(told("auto", slurm("8", "1", "8", "8")).substr(0, 3), "8/8") << "an array may begin at 1";
}

TEST(ShardPlace, NothingIsGuessed) {
  auto both = gitlab;
  both.insert(kubernetes.begin(), kubernetes.end());
  std::string text;
  for (const auto* written :
       {"", "3", "0/4", "5/4", "1/0", "a/4", "1/b", "-1/4", "1/4/2", "1/4294967297", "1/100001", "auto/x"})
    text += told(written) + "\n";
  for (const auto& variables : {Variables{}, both, Variables{{"CI_NODE_INDEX", "2"}},
                                Variables{{"CI_NODE_INDEX", "two"}, {"CI_NODE_TOTAL", "4"}},
                                Variables{{"CI_NODE_INDEX", "0"}, {"CI_NODE_TOTAL", "4"}},
                                Variables{{"CI_NODE_INDEX", "5"}, {"CI_NODE_TOTAL", "4"}}, kubernetes,
                                slurm("3", "1", "3", "2"), slurm("3", "3", "3", "")})
    text += told("auto", variables) + "\n";
  text += told("auto/8", gitlab) + "\n";
  text += told("auto/2", {{"JOB_COMPLETION_INDEX", "2"}}) + "\n";
  text += told("auto/8", slurm("3", "3", "3", "1")) + "\n";  // one task submitted again by itself
  expect_golden("errors/shard.txt", text);
}

}  // namespace
}  // namespace useipsec
