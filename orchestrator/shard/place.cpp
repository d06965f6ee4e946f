#include "shard/place.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <vector>

#include "base/error.h"

namespace useipsec {

namespace {

std::optional<unsigned> number(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

[[noreturn]] void refuse(const std::string& expected, const std::string& found) {
  throw Error(fmt::format("--shard: expected {}, found {}", expected, found), ExitCode::invalid);
}

/// Variables as they are told: "A=1, B=2 (GitLab CI)".
class Variables {
 public:
  Variables(const Environment& environment, std::string engine)
      : environment_(environment), engine_(std::move(engine)) {}

  bool has(const char* name) const { return environment_(name).has_value(); }
  /// Its number, which must be one.
  unsigned read(const char* name) {
    const auto text = environment_(name);
    if (!text) refuse(fmt::format("{} in the environment of {}", name, engine_), "it unset");
    const auto value = number(*text);
    if (!value) refuse(fmt::format("a number in {} ({})", name, engine_), fmt::format("\"{}\"", *text));
    said_ += fmt::format("{}{}={}", said_.empty() ? "" : ", ", name, *text);
    return *value;
  }
  std::string said() const { return fmt::format("{} ({})", said_, engine_); }

 private:
  const Environment& environment_;
  std::string engine_, said_;
};

/// The index counts from 0; `total` 0: the engine does not say.
struct Found {
  unsigned index = 0, total = 0;
  std::string said;
};

// https://docs.gitlab.com/ci/variables/predefined_variables: the index counts from 1 and is there only with `parallel`.
std::optional<Found> gitlab(const Environment& environment) {
  Variables variables(environment, "GitLab CI");
  if (!variables.has("CI_NODE_INDEX")) return std::nullopt;
  const auto index = variables.read("CI_NODE_INDEX"), total = variables.read("CI_NODE_TOTAL");
  if (index == 0) refuse("CI_NODE_INDEX to count from 1", "0");
  return Found{index - 1, total, variables.said()};
}

// https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode: from 0; completions is in no
// variable.
std::optional<Found> kubernetes(const Environment& environment) {
  Variables variables(environment, "Kubernetes");
  if (!variables.has("JOB_COMPLETION_INDEX")) return std::nullopt;
  const auto index = variables.read("JOB_COMPLETION_INDEX");
  return Found{index, 0, variables.said()};
}

// sbatch(1): ids may begin anywhere and leave gaps. Where some are missing, as in `--array=1,3` or when one task alone
// is submitted again, which shard an id means is nobody's guess.
std::optional<Found> slurm(const Environment& environment) {
  Variables variables(environment, "Slurm");
  if (!variables.has("SLURM_ARRAY_TASK_ID")) return std::nullopt;
  const auto id = variables.read("SLURM_ARRAY_TASK_ID"), least = variables.read("SLURM_ARRAY_TASK_MIN"),
             most = variables.read("SLURM_ARRAY_TASK_MAX"), count = variables.read("SLURM_ARRAY_TASK_COUNT");
  if (id < least || id > most || most - least + 1 != count)
    refuse("a Slurm array without gaps, as --array=0-7", variables.said() + "; write --shard i/n");
  return Found{id - least, count, variables.said()};
}

Found from_environment(const Environment& environment) {
  std::vector<Found> found;
  for (const auto& read : {gitlab, kubernetes, slurm})
    if (auto one = read(environment)) found.push_back(std::move(*one));
  if (found.empty())
    refuse(
        "CI_NODE_INDEX (GitLab CI), JOB_COMPLETION_INDEX (Kubernetes) or SLURM_ARRAY_TASK_ID (Slurm) in the "
        "environment",
        "none of them; write --shard i/n");
  if (found.size() > 1)
    refuse("the variables of one system", found[0].said + " and " + found[1].said + "; write --shard i/n");
  return found.front();
}

void expect_total(unsigned total, const std::string& written) {
  if (total < 1 || total > most_shards) refuse(fmt::format("1 to {} shards", most_shards), written);
}

}  // namespace

Environment own_environment() {
  return [](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    return value == nullptr || *value == '\0' ? std::nullopt : std::optional<std::string>(value);
  };
}

ShardPlace shard_place(const std::string& written, const Environment& environment) {
  const auto quoted = fmt::format("\"{}\"", written);
  const std::string expected = "i/n with i from 1 to n, \"auto\" or \"auto/n\"";
  const auto slash = written.find('/');
  const auto first = written.substr(0, slash);
  std::optional<unsigned> total;
  if (slash != std::string::npos) {
    total = number(written.substr(slash + 1));
    if (!total) refuse(expected, quoted);
    expect_total(*total, quoted);
  }
  if (first != "auto") {
    const auto index = number(first);
    if (!index || !total || *index < 1 || *index > *total) refuse(expected, quoted);
    return {*index, *total, ""};
  }
  const auto found = from_environment(environment);
  if (found.total == 0 && !total)
    refuse("\"auto/n\", n being the Job's completions, which no variable says", quoted + " and " + found.said);
  if (found.total != 0 && total && *total != found.total) refuse(fmt::format("{} shards", *total), found.said);
  if (!total) total = found.total, expect_total(*total, found.said);
  if (found.index >= *total) refuse(fmt::format("one of {} shards", *total), found.said);
  return {found.index + 1, *total, found.said};
}

}  // namespace useipsec
