#include "engine/libreswan/engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "engine/algorithms.h"
#include "engine/derive.h"
#include "engine/keys.h"
#include "engine/libreswan/connection.h"
#include "engine/peering.h"
#include "pki/plan.h"
#include "profile/vantage.h"

namespace useipsec {
namespace {

constexpr const char* pluto = "/usr/libexec/ipsec/pluto";
constexpr const char* whack = "/usr/libexec/ipsec/whack";
constexpr const char* certutil = "/usr/bin/certutil";
constexpr const char* pk12util = "/usr/bin/pk12util";
constexpr const char* crlutil = "/usr/bin/crlutil";
constexpr const char* database = "sql:{dir}/nss";
constexpr const char* control_socket = "{dir}/run/pluto.ctl";

std::string configuration(const Profile& profile, const std::vector<Connection>& connections) {
  std::string text = "config setup\n";
  const auto set = [&](std::string_view key, std::string_view value) {
    const bool plain = value.find(' ') == std::string_view::npos;
    text += plain ? fmt::format("    {}={}\n", key, value) : fmt::format("    {}=\"{}\"\n", key, value);
  };
  set("nssdir", "{dir}/nss");
  set("ikev1-policy", "accept");  // 4.10 drops IKEv1 unless told otherwise
  set("nhelpers", "0");           // no threads: one exchange at a time is all a lab's daemon has to do
  set("dnssec-enable", "no");
  set("keep-alive", fmt::format("{}", profile.nat.keepalive_s));
  if (profile.revocation.policy == RevocationPolicy::strict) set("crl-strict", "yes");
  set("virtual-private", "%v4:10.0.0.0/8,%v4:172.16.0.0/12,%v4:192.168.0.0/16,%v6:fc00::/7");
  for (const auto& connection : connections) {
    text += fmt::format("\nconn {}\n", connection.name);
    for (const auto& [key, value] : connection.options) set(key, value);
    set("auto", "add");
  }
  return text;
}

/// A secret pluto reads back as it is: in quotes, or as hexadecimal where quotes would not do.
std::string quoted(const std::string& secret) {
  const bool plain = std::all_of(secret.begin(), secret.end(),
                                 [](unsigned char octet) { return octet > 0x20 && octet < 0x7f && octet != '"'; });
  if (plain) return fmt::format("\"{}\"", secret);
  std::string hex = "0x";
  for (const unsigned char octet : secret) hex += fmt::format("{:02x}", octet);
  return hex;
}

std::string secrets(const Case& subject, const std::string& node) {
  const auto& profile = *subject.profile_of(node);
  if (profile.authentication == AuthMethod::certificate) return "";  // its key is in the database
  const auto own = libreswan_identity(profile, subject.topology, node);
  if (!group_destinations(profile, subject.topology).empty())
    return fmt::format("{} %any : PSK {}\n", own, quoted(pre_shared_key(subject, profile, "")));
  std::string text;
  for (const auto& peer : peers_of(profile, node)) {
    const auto& initiator = node == profile.responder ? peer : node;
    text += fmt::format("{} {} : PSK {}\n", own, libreswan_identity(profile, subject.topology, peer),
                        quoted(pre_shared_key(subject, profile, initiator)));
  }
  return text;
}

DaemonSpec daemon() {
  DaemonSpec spec;
  spec.name = "pluto";
  // --config comes first: what follows overrides it, what precedes it is overwritten by its defaults.
  spec.command = {
      pluto,
      {"--config", "{dir}/ipsec.conf", "--nofork", "--stderrlog", "--log-no-time", "--rundir", "{dir}/run", "--nssdir",
       "{dir}/nss", "--secretsfile", "{dir}/ipsec.secrets", "--ipsecdir", "{dir}/ipsec.d", "--dumpdir", "{dir}/run"}};
  spec.patterns = libreswan_log_patterns();
  spec.ready_lines = 1;
  return spec;
}

Command tell(std::vector<std::string> words) {
  std::vector<std::string> arguments{"--ctlsocket", control_socket};
  arguments.insert(arguments.end(), words.begin(), words.end());
  return {whack, std::move(arguments)};
}

/// Everything a node holds comes into its database by one program: its certificate and key, its chain, and the roots,
/// which pluto trusts because they are there (nss_cert_verify.c).
void add_credentials(NodeSetup& setup, const PkiPlan& plan) {
  const auto* store = plan.store_of(setup.node);
  if (store == nullptr) return;
  const auto bundle = bundle_file(store->node);
  setup.credentials.push_back(bundle);
  setup.prepare.push_back({pk12util, {"-i", "{dir}/pki/" + bundle, "-d", database, "-W", bundle_password, "-K", ""}});
  for (const auto& issuer : store->lists) {
    setup.credentials.push_back(list_file(issuer));
    setup.prepare.push_back({crlutil, {"-I", "-i", "{dir}/pki/" + list_file(issuer), "-d", database}});
  }
}

NodeSetup render_node(const Case& subject, const std::string& node) {
  const auto& profile = *subject.profile_of(node);
  const auto connections = libreswan_connections(subject, node);
  NodeSetup setup;
  setup.node = node;
  setup.folders = {"run", "nss", "ipsec.d", "ipsec.d/policies"};
  for (const auto* file : {"nss/cert9.db", "nss/key4.db", "nss/pkcs11.txt"}) setup.copies.push_back({file, file});
  setup.files.push_back({"ipsec.conf", configuration(profile, connections), false});
  setup.files.push_back({"ipsec.secrets", secrets(subject, node), true});
  add_credentials(setup, pki_plan(subject));
  setup.daemon = daemon();
  for (const auto& connection : connections) {
    // Routed by our own word rather than by auto=ondemand: whack answers when the policy is in the kernel, whereas the
    // child that pluto forks to load the configuration routes after pluto has said that it listens.
    if (connection.route) setup.after_ready.push_back(tell({"--route", "--name", connection.name}));
  }
  if (!waits_for_any_address(profile, node))
    setup.initiate.push_back(tell({"--initiate", "--asynchronous", "--name", "profile"}));
  std::set<std::string> peers;
  for (const auto& connection : connections) {
    if (connection.peer.empty()) continue;
    setup.rekey_child.push_back(tell({"--rekey-ipsec", "--asynchronous", "--name", connection.name}));
    if (peers.insert(connection.peer).second)  // one IKE SA with each peer, whatever it carries
      setup.rekey_ike.push_back(tell({"--rekey-ike", "--asynchronous", "--name", connection.name}));
  }
  setup.inspect = {tell({"--trafficstatus"}), tell({"--status"})};
  return setup;
}

std::optional<std::string> refused(const Profile& profile) {
  if (!profile.by_ike()) return "libreswan's pluto keys by IKE only; manual keys are set by the engine \"manual\"";
  if (profile.has_ah() && profile.has_esp())
    return "pluto refuses a connection with both AH and ESP: ah+esp is gone from phase2= since RFC 8221 (section 4)";
  if (!profile.has_ah() && !profile.integrity)
    return "libreswan refuses ESP without integrity: every proposal of it has an integrity algorithm or an AEAD cipher";
  if (profile.marked_sas)
    return "libreswan has a mark for a connection, not one for each SA, and leaves it to scripts to put it on packets";
  if (profile.has_ah() && profile.confidentiality) return "AH has no confidentiality (RFC 4302)";
  for (const auto& selector : profile.selectors)
    if (!selector.link.empty())
      return "an IKE daemon cannot select by link: traffic selectors are addresses, ports and protocols (RFC 7296 "
             "section 3.13.1)";
  for (const auto& entry : profile.responder_policy)
    if (entry.requirement == Requirement::use)
      return "libreswan has no policy that uses an SA where there is one and passes traffic in the clear where there "
             "is none";
  if (const auto reason = unknown_authorized(profile, "libreswan")) return reason;
  return unknown_algorithm(profile);
}

/// IKEv1's own ECDSA methods (RFC 4754) are not among pluto's, and a connection has one kind of signature for both
/// ends: where it has two, pluto signs with RSA whatever its key is.
std::optional<std::string> refused_certificate(const Case& subject) {
  for (const auto& node : subject.protected_nodes()) {
    const auto& profile = *subject.profile_of(node);
    if (profile.authentication != AuthMethod::certificate) continue;
    const bool ecdsa = is_ecdsa(certificate_of(profile, subject.topology, node).key);
    if (ecdsa && profile.keying != Keying::ikev2)
      return fmt::format("{} has an ECDSA certificate, and pluto signs with RSA alone in IKEv1", node);
    for (const auto& peer : peers_of(profile, node)) {
      const auto* of_peer = subject.profile_of(peer);
      if (of_peer == nullptr || of_peer->authentication != AuthMethod::certificate) continue;
      if (is_ecdsa(certificate_of(*of_peer, subject.topology, peer).key) != ecdsa)
        return fmt::format("{} and {} have keys of different kinds, and a connection of pluto has one for both", node,
                           peer);
    }
  }
  return {};
}

}  // namespace

std::optional<std::string> LibreswanEngine::unsupported(const Case& subject) const {
  if (auto reason = first_refusal(subject, refused)) return reason;
  return subject.without_ipsec ? std::nullopt : refused_certificate(subject);
}

std::vector<NodeSetup> LibreswanEngine::render(const Case& subject) const {
  std::vector<NodeSetup> setups;
  for (const auto& node : subject.protected_nodes()) setups.push_back(render_node(subject, node));
  return setups;
}

Seed LibreswanEngine::seed() const {
  return {{"nss"}, {{certutil, {"-N", "-d", "sql:{seed}/nss", "--empty-password"}}}};
}

std::vector<NeededProgram> LibreswanEngine::programs() const {
  return {{pluto, "apt-get install libreswan"},
          {whack, "apt-get install libreswan"},
          {"/usr/libexec/ipsec/addconn", "apt-get install libreswan"},
          {certutil, "apt-get install libnss3-tools"},
          {pk12util, "apt-get install libnss3-tools"},
          {crlutil, "apt-get install libnss3-tools"}};
}

std::vector<VersionQuestion> LibreswanEngine::versions() const { return {{"libreswan", {pluto, {"--version"}}}}; }

}  // namespace useipsec
