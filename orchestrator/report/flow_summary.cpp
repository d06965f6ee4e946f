#include "report/flow_summary.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace useipsec {

namespace {

constexpr std::string_view reply_suffix = "-reply";

/// "protected as esp-in-udp", "degraded 2/3 as esp", "blocked".
std::string fate(const FlowFact& flow) {
  std::set<std::string> forms;
  for (const auto& wire : flow.wire)
    if (wire.judged)
      for (const auto form : wire.forms) forms.insert(to_string(form));
  // Counts say something only where neither all nor nothing arrived.
  const bool partly = flow.delivered != 0 && flow.delivered != flow.sent;
  return to_string(flow.outcome) + (partly ? fmt::format(" {}/{}", flow.delivered, flow.sent) : "") +
         (forms.empty() ? "" : fmt::format(" as {}", fmt::join(forms, "+")));
}

struct Group {
  std::string fate;
  std::vector<std::string> each_way, one_way;

  std::string str() const {
    std::vector<std::string> names;
    if (!each_way.empty()) names.push_back(fmt::format("{} both ways", fmt::join(each_way, ", ")));
    names.insert(names.end(), one_way.begin(), one_way.end());
    return fmt::format("{}: {}", fate, fmt::join(names, ", "));
  }
};

const FlowFact* reply_of(const CaseResult& result, const std::string& name) {
  for (const auto& flow : result.flows)
    if (flow.fact.name == name + std::string(reply_suffix)) return &flow.fact;
  return nullptr;
}

bool is_reply(const CaseResult& result, const std::string& name) {
  return name.ends_with(reply_suffix) &&
         std::any_of(result.flows.begin(), result.flows.end(), [&](const FlowResult& other) {
           return other.fact.name == name.substr(0, name.size() - reply_suffix.size());
         });
}

}  // namespace

std::string flow_summary(const CaseResult& result) {
  std::vector<Group> groups;
  const auto group = [&](const FlowFact& flow) -> Group& {
    const auto word = fate(flow);
    const auto found = std::find_if(groups.begin(), groups.end(), [&](const Group& one) { return one.fate == word; });
    return found != groups.end() ? *found : groups.emplace_back(Group{word, {}, {}});
  };
  for (const auto& [flow, expected] : result.flows) {
    if (is_reply(result, flow.name)) continue;
    const auto* reply = reply_of(result, flow.name);
    const bool alike = reply != nullptr && fate(*reply) == fate(flow) && flow.delivered != 0;
    auto& own = group(flow);
    (alike ? own.each_way : own.one_way).push_back(flow.name);
    const bool nothing_to_answer = flow.delivered == 0 && reply != nullptr && reply->sent == 0;
    if (reply != nullptr && !alike && !nothing_to_answer) group(*reply).one_way.push_back(reply->name);
  }
  std::vector<std::string> texts;
  texts.reserve(groups.size());
  for (const auto& one : groups) texts.push_back(one.str());
  return fmt::format("{}", fmt::join(texts, "; "));
}

}  // namespace useipsec
