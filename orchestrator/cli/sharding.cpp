#include "cli/sharding.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "report/stored_run.h"
#include "shard/place.h"

namespace fs = std::filesystem;

namespace useipsec {

Argument add_durations(Arguments arguments, std::string& durations) {
  return arguments.option(
      "--durations", durations,
      "balance shards by what the cases of this run took (default: the stored baseline; without one "
      "every case counts the same)");
}

KnownDurations known_durations(const std::string& named, const Home& home) {
  std::error_code error;
  auto baseline = home.results() / "baseline.json";
  if (!fs::exists(baseline, error)) baseline = home.results() / "baseline";
  const fs::path from = named.empty() ? baseline : fs::path(named);
  if (named.empty() && !fs::exists(from, error)) return {};
  return {durations_of(read_stored_run(from).run), named.empty() ? "the stored baseline" : named};
}

ShardRecord take_shard(const std::string& written, const KnownDurations& durations, std::vector<Case>& cases,
                       const std::function<void(const std::string&)>& say) {
  const auto place = shard_place(written, own_environment());
  const auto whole = split(cases, durations.seconds, place.total);
  ShardRecord record{.index = place.index, .total = place.total, .plan = whole.plan};
  const auto& mine = record.plan[place.index - 1];
  double all = 0;
  for (const auto seconds : whole.seconds) all += seconds;
  say(fmt::format(
      "shard {} of {}{}: {} of {} cases, about {:.0f} s of {:.0f} s{}", place.index, place.total,
      place.read_from.empty() ? "" : " by " + place.read_from, mine.size(), cases.size(),
      whole.seconds[place.index - 1], all,
      durations.source.empty()
          ? ", no durations known"
          : fmt::format(" by {}{}", durations.source,
                        whole.unknown == 0 ? "" : fmt::format(", which {} of the cases are not in", whole.unknown))));
  std::erase_if(cases, [&](const Case& one) { return std::find(mine.begin(), mine.end(), one.id) == mine.end(); });
  return record;
}

}  // namespace useipsec
