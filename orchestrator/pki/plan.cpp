#include "pki/plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "profile/profile_words.h"
#include "profile/vantage.h"

namespace useipsec {
namespace {

class Planner {
 public:
  explicit Planner(const Case& subject) : subject_(subject) {}

  PkiPlan plan() {
    for (const auto& node : subject_.protected_nodes()) {
      const auto& profile = *subject_.profile_of(node);
      if (!profile.by_ike() || profile.authentication != AuthMethod::certificate) continue;
      holders_.push_back(node);
      add_holder(profile, node);
    }
    for (auto& store : plan_.stores) {
      add_known(store);
      add_lists(store);
    }
    return std::move(plan_);
  }

 private:
  void add_holder(const Profile& profile, const std::string& node) {
    const auto certificate = certificate_of(profile, subject_.topology, node);
    const auto line = add_authority(profile, certificate.authority);
    add({node, line.back(), certificate.subject, certificate.names, certificate.key, certificate.validity, false, 0,
         certificate.resources});
    if (certificate.revoked) revoked_.push_back(node);
    PlannedStore store;
    store.node = node;
    store.chain.assign(line.rbegin(), line.rend() - 1);
    for (const auto& anchor : profile.anchors) store.anchors.push_back(add_authority(profile, anchor).front());
    plan_.stores.push_back(std::move(store));
  }

  /// The stems of an authority, the root first, whoever issues certificates last.
  std::vector<std::string> add_authority(const Profile& profile, const std::string& name) {
    const auto authority = authority_of(profile, name);
    const auto key = key_of(profile, authority);
    std::vector<std::string> line;
    for (std::uint32_t level = 0; level <= authority.intermediates; ++level) {
      auto stem = level == 0 ? "ca/" + name : fmt::format("ca/{}.{}", name, level);
      auto common_name = level == 0 ? name : fmt::format("{} {}", name, level);
      const DistinguishedName subject{{{"O", "useipsec lab"}, {"OU", "authorities"}, {"CN", std::move(common_name)}}};
      add({stem,
           level == 0 ? stem : line.back(),
           subject,
           {},
           key,
           Validity::current,
           true,
           0,
           resources_issued_by(name)});
      line.push_back(std::move(stem));
    }
    return line;
  }

  /// Something, where the authority issues a certificate that names resources.
  std::optional<NumberResources> resources_issued_by(const std::string& name) const {
    for (const auto& node : subject_.protected_nodes()) {
      const auto certificate = certificate_of(*subject_.profile_of(node), subject_.topology, node);
      if (certificate.authority == name && certificate.resources) return NumberResources{};
    }
    return {};
  }

  void add(PlannedCertificate certificate) {
    if (plan_.find(certificate.stem) != nullptr) return;
    certificate.serial = plan_.certificates.size() + 1;
    plan_.certificates.push_back(std::move(certificate));
  }

  void add_known(PlannedStore& store) {
    for (const auto& peer : peers_of(*subject_.profile_of(store.node), store.node)) {
      if (std::find(holders_.begin(), holders_.end(), peer) == holders_.end()) continue;
      const auto certificate = certificate_of(*subject_.profile_of(peer), subject_.topology, peer);
      if (certificate.send == SendCertificate::never) store.known.push_back(peer);
    }
  }

  /// Of every authority that issued one of the case's certificates: a chain is only as good as each of its links.
  void add_lists(PlannedStore& store) {
    if (!subject_.profile_of(store.node)->revocation.list) return;
    if (plan_.lists.empty()) {
      for (const auto& issuer : plan_.certificates) {
        if (!issuer.authority) continue;
        PlannedList list{issuer.stem, {}};
        for (const auto& node : revoked_)
          if (const auto* certificate = plan_.find(node); certificate->issuer == issuer.stem)
            list.revoked.push_back(certificate->serial);
        plan_.lists.push_back(std::move(list));
      }
    }
    for (const auto& list : plan_.lists) store.lists.push_back(list.issuer);
  }

  const Case& subject_;
  PkiPlan plan_;
  std::vector<std::string> holders_;
  std::vector<std::string> revoked_;  ///< nodes
};

}  // namespace

const PlannedCertificate* PkiPlan::find(const std::string& stem) const {
  for (const auto& certificate : certificates)
    if (certificate.stem == stem) return &certificate;
  return nullptr;
}

const PlannedStore* PkiPlan::store_of(const std::string& node) const {
  for (const auto& store : stores)
    if (store.node == node) return &store;
  return nullptr;
}

PkiPlan pki_plan(const Case& subject) {
  if (subject.without_ipsec) return {};
  return Planner(subject).plan();
}

std::string describe(const PlannedCertificate& certificate) {
  auto text = fmt::format("{}, issued by {}: serial {}, {}, {}; {}", certificate.stem, certificate.issuer,
                          certificate.serial, word_of(key_kind_words, certificate.key),
                          word_of(validity_words, certificate.validity), certificate.subject.str());
  for (const auto& name : certificate.names) text += "; " + text_of(name);
  if (!certificate.resources) return text;
  if (certificate.authority) return text + "; all addresses and autonomous systems";
  for (const auto& prefix : certificate.resources->addresses) text += "; addresses " + prefix.str();
  for (const auto number : certificate.resources->as_numbers) text += fmt::format("; AS {}", number);
  return text;
}

std::string certificate_file(const std::string& stem) { return stem + ".crt"; }
std::string key_file(const std::string& stem) { return stem + ".key"; }
std::string bundle_file(const std::string& stem) { return stem + ".p12"; }
std::string list_file(const std::string& stem) { return stem + ".crl"; }

}  // namespace useipsec
