#include "network/requests.h"

#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <utility>

namespace useipsec {

Message replacing(Message message) {
  auto& flags = nlmsg_hdr(message.get())->nlmsg_flags;
  flags = static_cast<std::uint16_t>((flags & ~NLM_F_EXCL) | NLM_F_REPLACE);
  return message;
}

Message token_bucket(int index, std::uint32_t rate_kbit, const std::string& what) {
  Message message(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL, what);
  tcmsg header{};
  header.tcm_ifindex = index;
  header.tcm_parent = TC_H_ROOT;
  tc_tbf_qopt options{};
  options.rate.rate = rate_kbit * 125U;  // bytes per second
  options.rate.linklayer = TC_LINKLAYER_ETHERNET;
  options.limit = 1U << 20U;  // bytes
  message.with(header).put(TCA_KIND, std::string("tbf")).nest(TCA_OPTIONS);
  message.value(TCA_TBF_PARMS, options).value(TCA_TBF_BURST, std::max(std::uint32_t{2048}, options.rate.rate / 100));
  message.end();
  return message;
}

}  // namespace useipsec
