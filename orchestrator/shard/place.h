#pragma once

#include <functional>
#include <optional>
#include <string>

namespace useipsec {

/// Which of how many shards this is.
struct ShardPlace {
  unsigned index = 1;  ///< from 1
  unsigned total = 1;
  std::string
      read_from;  ///< where the environment said so, as "CI_NODE_INDEX=2, CI_NODE_TOTAL=4 (GitLab CI)"; else empty
};

/// The value of an environment variable; nothing where it is not set or empty.
using Environment = std::function<std::optional<std::string>(const char* name)>;
Environment own_environment();

inline constexpr unsigned most_shards = 100000;

/// The place that `written` says: "i/n"; "auto": what the environment of GitLab CI, a Kubernetes Indexed Job or a Slurm
/// array says; "auto/n": the same where the environment does not say how many there are, or has to agree.
/// Throws Error (invalid) that says what was expected and found. A wrong place would run cases twice or never, so
/// nothing is guessed.
ShardPlace shard_place(const std::string& written, const Environment& environment);

}  // namespace useipsec
