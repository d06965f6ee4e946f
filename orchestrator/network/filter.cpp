#include <fmt/format.h>

#include <chrono>

#include "filter/iptables_filter.h"
#include "filter/rule_counts.h"
#include "network/network_impl.h"
#include "proc/run_program.h"

namespace useipsec {

namespace {

/// Runs one of the iptables programs in the node. The lock file would be the host's, and nobody else changes the rules
/// of this namespace.
std::string iptables(Loop& loop, const LiveNode& live, const std::string& program,
                     const std::vector<std::string>& arguments, const std::string& input) {
  const auto done = run_program(loop,
                                {.program = program,
                                 .arguments = arguments,
                                 .environment = {"XTABLES_LOCKFILE=/dev/null"},
                                 .input = input,
                                 .directory = {}},
                                live.namespaces.handles(), Loop::Clock::now() + longest_program);
  if (!done.status.success())
    throw Error(fmt::format("the filter of {}: {} said: {}", live.node->name, program, done.output),
                ExitCode::precondition);
  return done.output;
}

bool has_v6(const LiveNode& live) {
  for (const auto& at : live.attachments)
    if (speaks_v6(*at.link)) return true;
  return false;
}

}  // namespace

void Network::Impl::make_filter(LiveNode& live) {
  const auto& node = *live.node;
  iptables(loop, live, "iptables-legacy-restore", {}, filter_document(node.filter, Family::v4, node.name));
  if (has_v6(live))
    iptables(loop, live, "ip6tables-legacy-restore", {}, filter_document(node.filter, Family::v6, node.name));
}

std::map<std::string, std::uint64_t> Network::filter_stat(const std::string& node) {
  const auto& live = impl_->live(node);
  if (live.node->filter.empty()) return {};
  auto saved = iptables(impl_->loop, live, "iptables-legacy-save", {"-c", "-t", "filter"}, "");
  if (has_v6(live)) saved += iptables(impl_->loop, live, "ip6tables-legacy-save", {"-c", "-t", "filter"}, "");
  return rule_counts(live.node->filter, saved);
}

}  // namespace useipsec
