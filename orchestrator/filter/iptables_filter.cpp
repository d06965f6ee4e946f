#include "filter/iptables_filter.h"

#include <fmt/format.h>

namespace useipsec {

namespace {

bool suits(const std::optional<Prefix>& prefix, Family family) { return !prefix || prefix->family() == family; }

std::string protocol_name(const std::string& protocol, Family family) {
  if (protocol != "icmp") return protocol;
  return family == Family::v4 ? "icmp" : "ipv6-icmp";
}

std::string match(const FilterRule& rule, Family family) {
  std::string text;
  if (rule.from) text += fmt::format(" -s {}", rule.from->str());
  if (rule.to) text += fmt::format(" -d {}", rule.to->str());
  if (!rule.protocol.empty()) text += fmt::format(" -p {}", protocol_name(rule.protocol, family));
  if (rule.from_port) text += fmt::format(" --sport {}", *rule.from_port);
  if (rule.to_port) text += fmt::format(" --dport {}", *rule.to_port);
  return text;
}

}  // namespace

std::string filter_document(const std::vector<FilterRule>& filter, Family family, const std::string& name) {
  std::string rules = "*filter\n";
  for (std::size_t index = 0; index < filter.size(); ++index) {
    const auto& rule = filter[index];
    if (!suits(rule.from, family) || !suits(rule.to, family)) continue;
    rules += fmt::format("-A FORWARD{} -m comment --comment \"useipsec {} rule {}\" -j {}\n", match(rule, family), name,
                         index + 1, rule.accept ? "ACCEPT" : "DROP");
  }
  return rules + "COMMIT\n";
}

}  // namespace useipsec
