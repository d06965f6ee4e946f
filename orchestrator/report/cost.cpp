#include "report/cost.h"

#include <fmt/format.h>

#include "report/text_layout.h"

namespace useipsec {

OwnTime own_time(const CaseResult& result) { return {.own_s = result.own_s, .cases_s = result.duration_s}; }

OwnTime own_time(const RunResult& run) {
  OwnTime sum;
  for (const auto& one : run.cases) {
    sum.own_s += one.own_s;
    sum.cases_s += one.duration_s;
  }
  return sum;
}

std::string own_time_text(const OwnTime& time) {
  if (time.cases_s <= 0) return {};
  return fmt::format("{:.2f} s of {:.2f} s ({:.1f} %)", time.own_s, time.cases_s, 100 * time.share());
}

std::string memory_text(const CostRecord& cost) {
  if (cost.supervisor_mib <= 0) return {};
  auto text = fmt::format("supervisor {:.0f} MiB", cost.supervisor_mib);
  if (cost.worker_mib > 0) text += fmt::format(", a worker {:.0f} MiB", cost.worker_mib);
  if (cost.guest_mib > 0) text += fmt::format(", a guest {:.0f} of {} MiB", cost.guest_mib, cost.guest_size_mib);
  return text;
}

std::string cost_text(const RunResult& run) {
  std::string text;
  if (const auto time = own_time_text(own_time(run)); !time.empty())
    text += paragraph("tool's own time: ", time + " of the cases: all but daemons, protocol timers and probes");
  if (run.cost.first_case_s > 0)
    text += fmt::format("first case after {:.1f} s{}\n", run.cost.first_case_s,
                        run.ground == "guest" ? ", a guest's boot included" : "");
  if (const auto memory = memory_text(run.cost); !memory.empty())
    text += paragraph("resident memory: ", memory + ", each at its most");
  return text;
}

}  // namespace useipsec
