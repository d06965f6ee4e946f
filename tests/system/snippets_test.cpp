// The files of docs/ci/ as their systems take them: what can be run of them here is run, with two shards and a cheap
// selection; the rest is checked against what the program says of itself.
#include <gmock/gmock.h>
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "base/files.h"
#include "helpers/places.h"
#include "helpers/temporary_folder.h"
#include "helpers/tool.h"

namespace useipsec {
namespace {

namespace fs = std::filesystem;
using testing::AnyOf;
using testing::Each;
using testing::HasSubstr;
using Variables = std::vector<std::pair<std::string, std::string>>;

// Two subjects with their controls, keys set by hand: no daemon, a second or two each.
constexpr const char* cheap = "ah-transport-nat-manual";

fs::path snippet(const std::string& name) { return source_dir() / "docs" / "ci" / name; }
YAML::Node yaml(const std::string& name) { return YAML::LoadFile(snippet(name).string()); }

/// The script of a GitHub job's step.
std::string step(const std::string& job, const std::string& name) {
  for (const auto& each : yaml("github-actions.yml")["jobs"][job]["steps"])
    if (each["name"] && each["name"].as<std::string>() == name) return each["run"].as<std::string>();
  throw std::runtime_error("no step " + name);
}

std::string gitlab_script(const std::string& job) {
  std::string text;
  for (const auto& line : yaml("gitlab-ci.yml")[job]["script"]) text += line.as<std::string>() + "\n";
  return text;
}

YAML::Node container(const std::string& file) { return yaml(file)["spec"]["template"]["spec"]["containers"][0]; }

std::set<int> numbers(const YAML::Node& list) {
  std::set<int> all;
  for (const auto& each : list) all.insert(each.as<int>());
  return all;
}

/// A checkout of a system: the project's built program where the scripts look for it, and nothing else.
class Snippets : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(at("build"));
    fs::create_directories(at("bin"));
    write_text(at("build/useipsec"), std::string("#!/bin/sh\nexec ") + PROGRAM + " \"$@\"\n");
    fs::permissions(at("build/useipsec"), fs::perms::owner_all);
  }
  fs::path at(const std::string& name) const { return work_.path() / name; }

  /// Runs a script in the checkout, with no other variables of CI systems than these.
  ToolOutput run(const std::string& script, const Variables& variables,
                 const std::vector<std::string>& arguments = {}) {
    write_text(at("script"), script);
    Variables all{{"CI_NODE_INDEX", ""},
                  {"JOB_COMPLETION_INDEX", ""},
                  {"SLURM_ARRAY_TASK_ID", ""},
                  {"SCENARIOS", cheap},
                  {"PATH", at("bin").string() + ":" + std::getenv("PATH")}};
    all.insert(all.end(), variables.begin(), variables.end());
    std::vector<std::string> command{"/usr/bin/env", "-C", work_.path(), "/bin/bash"};
    if (script.rfind("#!", 0) != 0) command.emplace_back("-e");  // a step's lines; a file of its own says what it wants
    command.emplace_back(at("script"));
    command.insert(command.end(), arguments.begin(), arguments.end());
    return run_tool(command, all);
  }
  /// A shard's script; false where this machine cannot run it.
  bool shard(const std::string& script, const Variables& variables, const std::string& says) {
    const auto done = run(script, variables);
    if (done.status == 77) return false;
    EXPECT_EQ(done.status, 0) << done.out << done.err;
    EXPECT_THAT(done.out, HasSubstr(says));
    return true;
  }
  void expect_whole(const fs::path& folder) {
    const auto run = nlohmann::json::parse(read_text(folder / "run.json"));
    const auto list = nlohmann::json::parse(run_tool({PROGRAM, "list", cheap, "--json"}).out);
    std::set<std::string> ran, listed;
    for (const auto& each : run["cases"]) {
      ran.insert(each["id"]);
      EXPECT_EQ(each["state"], "passed") << each["id"];
    }
    for (const auto& each : list["cases"]) listed.insert(each["id"]);
    EXPECT_GE(listed.size(), 4u) << "too few for two shards";
    EXPECT_EQ(ran, listed);
    EXPECT_EQ(run["complete"], true);
    EXPECT_EQ(run["parts"].size(), 2u);
    for (const auto& part : run["parts"]) EXPECT_TRUE(part["set_aside"].empty());
    for (const auto& each : run["cases"])
      for (const auto& file : each["evidence"]) EXPECT_TRUE(fs::exists(folder / file)) << file;
    EXPECT_TRUE(fs::exists(folder / "report.html"));
  }
  TemporaryFolder work_;
};

#define SHARD_OR_SKIP(...) \
  if (!shard(__VA_ARGS__)) GTEST_SKIP() << "this machine has no ground; `useipsec doctor` says why"

TEST_F(Snippets, GitHubActions) {
  const auto plan = run(step("plan", "Plan"), {{"SHARDS", "2"}, {"GITHUB_OUTPUT", at("output")}});
  ASSERT_EQ(plan.status, 0) << plan.err;
  const auto output = read_text(at("output"));
  ASSERT_EQ(output.substr(0, 7), "matrix=");
  const auto matrix = nlohmann::json::parse(output.substr(7));
  ASSERT_EQ(matrix["shard"].size(), 2u);
  for (const auto& each : matrix["shard"])
    SHARD_OR_SKIP(step("shard", "Run"), {{"SHARD", each}}, "shard " + each.get<std::string>().substr(0, 1) + " of 2: ");
  const auto merged = run(step("merge", "Merge"), {{"GITHUB_STEP_SUMMARY", at("summary")}});
  EXPECT_EQ(merged.status, 0) << merged.out << merged.err;
  EXPECT_THAT(read_text(at("summary")), HasSubstr("passed"));
  EXPECT_THAT(read_text(at("junit.xml")), HasSubstr("<testsuite "));
  expect_whole(at("results/whole"));
}

TEST_F(Snippets, GitLab) {
  for (const auto* index : {"1", "2"})
    SHARD_OR_SKIP(gitlab_script("useipsec"), {{"CI_NODE_INDEX", index}, {"CI_NODE_TOTAL", "2"}},
                  "CI_NODE_TOTAL=2 (GitLab CI)");
  const auto merged = run(gitlab_script("merge"), {});
  EXPECT_EQ(merged.status, 0) << merged.out << merged.err;
  EXPECT_TRUE(fs::exists(at("junit.xml")));
  expect_whole(at("results/whole"));
}

TEST_F(Snippets, Kubernetes) {
  const auto script = container("kubernetes-job.yaml")["command"][2].as<std::string>();
  const Variables shared{{"SHARDS", "2"}, {"RESULTS", at("volume")}};
  for (const auto* index : {"0", "1"}) {
    auto variables = shared;
    variables.insert(variables.end(),
                     {{"JOB_COMPLETION_INDEX", index}, {"HOSTNAME", "useipsec-" + std::string(index) + "-x7"}});
    SHARD_OR_SKIP(script, variables, "by JOB_COMPLETION_INDEX=" + std::string(index) + " (Kubernetes): ");
  }
  const auto merged = run(container("kubernetes-merge.yaml")["command"][2].as<std::string>(), shared);
  EXPECT_EQ(merged.status, 0) << merged.out << merged.err;
  expect_whole(at("volume/whole"));
}

Variables slurm_task(const std::string& id) {
  return {{"SLURM_ARRAY_JOB_ID", "77"},  {"SLURM_ARRAY_TASK_ID", id},     {"SLURM_ARRAY_TASK_MIN", "0"},
          {"SLURM_ARRAY_TASK_MAX", "1"}, {"SLURM_ARRAY_TASK_COUNT", "2"}, {"SLURM_CPUS_PER_TASK", "1"},
          {"SLURM_RESTART_COUNT", ""}};
}

TEST_F(Snippets, Slurm) {
  for (const auto* id : {"0", "1"})
    SHARD_OR_SKIP(read_text(snippet("slurm-array.sh")), slurm_task(id), "SLURM_ARRAY_TASK_COUNT=2 (Slurm)");
  const auto merged = run(read_text(snippet("slurm-merge.sh")), {}, {"77"});
  EXPECT_EQ(merged.status, 0) << merged.out << merged.err;
  expect_whole(at("results/slurm-77/whole"));
}

TEST_F(Snippets, SlurmRequeuesWhatIsNoVerdict) {
  write_text(at("bin/scontrol"), "#!/bin/sh\necho \"$@\" >> requeued\n");
  fs::permissions(at("bin/scontrol"), fs::perms::owner_all);
  const auto requeued = [&](int code, const std::string& restarts) {
    fs::remove(at("requeued"));
    write_text(at("build/useipsec"), "#!/bin/sh\nexit " + std::to_string(code) + "\n");
    auto variables = slurm_task("1");
    variables.emplace_back("SLURM_RESTART_COUNT", restarts);
    EXPECT_EQ(run(read_text(snippet("slurm-array.sh")), variables).status, code);
    return fs::exists(at("requeued")) ? read_text(at("requeued")) : "";
  };
  for (const int code : {77, 124, 125}) EXPECT_EQ(requeued(code, "1"), "requeue 77_1\n") << code;
  for (const int code : {0, 1, 2, 3}) EXPECT_EQ(requeued(code, ""), "") << code;
  EXPECT_EQ(requeued(125, "2"), "") << "not for ever";
}

TEST_F(Snippets, SlurmsWarningReachesTheRun) {
  // Warns its own script, then ends as `run` does on SIGTERM.
  write_text(at("build/useipsec"),
             "#!/bin/bash\ntrap 'echo kept; exit 143' TERM\nkill -TERM $PPID\nfor i in {1..100}; do sleep 0.1; done\n");
  const auto done = run(read_text(snippet("slurm-array.sh")), slurm_task("0"));
  EXPECT_EQ(done.status, 143);
  EXPECT_EQ(done.out, "kept\n");
}

// 1, 2 and 3 are the same the next time; what the machine or we are at fault for is not (docs/architecture.md).
TEST_F(Snippets, OnlyWhatIsNoVerdictIsTriedAgain) {
  const std::set<int> final{1, 2, 3};
  std::set<int> failed, counted;
  for (const auto& rule : yaml("kubernetes-job.yaml")["spec"]["podFailurePolicy"]["rules"]) {
    const auto codes = rule["onExitCodes"];
    if (!codes) continue;
    EXPECT_EQ(codes["containerName"].as<std::string>(), container("kubernetes-job.yaml")["name"].as<std::string>());
    if (rule["action"].as<std::string>() == "FailIndex") failed = numbers(codes["values"]);
    if (rule["action"].as<std::string>() != "Count") continue;
    counted = numbers(codes["values"]);
    EXPECT_EQ(codes["operator"].as<std::string>(), "NotIn");
  }
  EXPECT_EQ(failed, final);
  EXPECT_EQ(counted, (std::set<int>{0, 1, 2, 3}));
  EXPECT_EQ(numbers(yaml("gitlab-ci.yml")["useipsec"]["retry"]["exit_codes"]), (std::set<int>{77, 124, 125}));
}

TEST_F(Snippets, AgreeWithThemselves) {
  const auto job = yaml("kubernetes-job.yaml")["spec"];
  std::string shards;
  for (const auto& each : container("kubernetes-job.yaml")["env"])
    if (each["name"].as<std::string>() == "SHARDS") shards = each["value"].as<std::string>();
  EXPECT_EQ(job["completions"].as<std::string>(), shards);
  EXPECT_EQ(job["completionMode"].as<std::string>(), "Indexed");
  EXPECT_EQ(job["template"]["spec"]["restartPolicy"].as<std::string>(), "Never") << "as backoffLimitPerIndex wants";
  const auto github = yaml("github-actions.yml");
  EXPECT_EQ(github["jobs"]["shard"]["strategy"]["fail-fast"].as<bool>(), false);
  for (const auto* after : {"merge"})
    EXPECT_THAT(github["jobs"][after]["if"].as<std::string>(), HasSubstr("!cancelled()"));
}

// Every verb and option that a snippet or its page uses is one that the program's help has.
TEST_F(Snippets, UseOnlyWhatHelpHas) {
  std::size_t seen = 0;
  for (const auto& file : fs::directory_iterator(source_dir() / "docs" / "ci")) {
    auto text = std::regex_replace(read_text(file.path()), std::regex("\\\\\n *"), "");
    const std::regex call("build/useipsec ([a-z]+)([^\n`]*)"), option(" (--?[a-z][a-z-]*)");
    for (std::sregex_iterator at(text.begin(), text.end(), call), end; at != end; ++at) {
      const auto verb = (*at)[1].str(), rest = (*at)[2].str();
      const auto help = run_tool({PROGRAM, verb, "--help"});
      ASSERT_EQ(help.status, 0) << file.path() << ": " << verb;
      for (std::sregex_iterator word(rest.begin(), rest.end(), option); word != end; ++word, ++seen)
        EXPECT_THAT(help.out, HasSubstr((*word)[1].str())) << file.path() << ": " << verb;
    }
  }
  EXPECT_GT(seen, 10u);
}

}  // namespace
}  // namespace useipsec
