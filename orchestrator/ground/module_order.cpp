#include "ground/module_order.h"

#include <algorithm>
#include <map>
#include <set>

namespace useipsec {

namespace {

/// "kernel/crypto/ghash-generic.ko" -> "ghash_generic"
std::string module_name(std::string_view path) {
  std::string_view file = path.substr(path.rfind('/') + 1);  // npos + 1 is 0
  std::string name(file.substr(0, file.find(".ko")));
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

struct Entry {
  std::string_view path;
  std::string_view needs;  ///< paths, separated by spaces
};

std::map<std::string, Entry> parse(std::string_view text) {
  std::map<std::string, Entry> entries;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    entries.emplace(module_name(line.substr(0, colon)), Entry{line.substr(0, colon), line.substr(colon + 1)});
  }
  return entries;
}

class Sorter {
 public:
  explicit Sorter(std::string_view text) : entries_(parse(text)) {}

  void add(const std::string& name) {
    const auto entry = entries_.find(name);
    if (entry == entries_.end() || !seen_.insert(name).second) return;
    std::string_view needs = entry->second.needs;
    while (!needs.empty()) {
      const std::string_view path = needs.substr(0, needs.find(' '));
      needs.remove_prefix(std::min(path.size() + 1, needs.size()));
      if (!path.empty()) add(module_name(path));
    }
    order_.emplace_back(entry->second.path);
  }
  std::vector<std::string> order() && { return std::move(order_); }

 private:
  std::map<std::string, Entry> entries_;
  std::set<std::string> seen_;
  std::vector<std::string> order_;
};

}  // namespace

std::vector<std::string> module_order(std::string_view modules_dep, const std::vector<std::string>& wanted) {
  Sorter sorter(modules_dep);
  for (const auto& name : wanted) sorter.add(module_name(name));
  return std::move(sorter).order();
}

const std::vector<std::string>& lab_modules() {
  static const std::vector<std::string> names{
      // IPsec
      "xfrm_user", "af_key", "esp4", "esp6", "ah4", "ah6", "xfrm4_tunnel", "xfrm6_tunnel",
      // algorithms: authenc binds cipher and hash, echainiv and seqiv make the initialization vectors, from drbg
      "authenc", "echainiv", "seqiv", "cbc", "ctr", "gcm", "ccm", "ghash_generic", "hmac", "sha1_generic",
      "sha256_generic", "sha512_generic", "md5", "aes_generic", "des_generic", "crypto_null", "xcbc", "cmac",
      "chacha20poly1305", "authencesn", "drbg", "jitterentropy_rng",
      // links and impairments
      "veth", "bridge", "dummy", "8021q", "af_packet", "sch_netem", "sch_tbf", "tun",
      // address translation
      "iptable_nat", "iptable_filter", "iptable_mangle", "iptable_raw", "ip6table_nat", "ip6table_filter",
      "ip6table_mangle", "ip6t_NPT", "xt_MASQUERADE", "xt_CT", "xt_connmark", "nf_conntrack_ftp", "nf_nat_ftp",
      "xt_nat", "xt_NETMAP", "xt_REDIRECT", "xt_comment", "xt_conntrack", "xt_tcpudp", "xt_policy", "xt_mark", "ipt_ah",
      "xt_esp", "nf_conntrack_netlink",
      // what probes send
      "sctp"};
  return names;
}

}  // namespace useipsec
