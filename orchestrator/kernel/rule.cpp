#include "kernel/rule.h"

#include <fmt/format.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

namespace useipsec {
namespace {

Message rule_request(int type, int flags, const RoutingRule& rule) {
  Message message(type, flags, fmt::format("routing rule {}", rule.priority));
  fib_rule_hdr header{};
  header.family = AF_INET;
  header.action = FR_ACT_TO_TBL;
  header.dst_len = rule.to ? rule.to->length : std::uint8_t{0};
  message.with(header).value(FRA_PRIORITY, rule.priority).value(FRA_TABLE, rule.table);
  if (rule.to) message.put(FRA_DST, rule.to->address);
  if (!rule.from_interface.empty()) message.put(FRA_IIFNAME, rule.from_interface);
  return message;
}

}  // namespace

Message add_rule(const RoutingRule& rule) { return rule_request(RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, rule); }
Message remove_rule(const RoutingRule& rule) { return rule_request(RTM_DELRULE, 0, rule); }

Message add_default_route(std::uint32_t table, int index, const std::string& what) {
  Message message(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, what);
  rtmsg header{};
  header.rtm_family = AF_INET;
  header.rtm_table = RT_TABLE_UNSPEC;
  header.rtm_protocol = RTPROT_STATIC;
  header.rtm_scope = RT_SCOPE_LINK;
  header.rtm_type = RTN_UNICAST;
  message.with(header).value(RTA_TABLE, table).value(RTA_OIF, index);
  return message;
}

}  // namespace useipsec
