#include "engine/libreswan/engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "engine/algorithms.h"
#include "engine/derive.h"
#include "engine/keys.h"
#include "engine/libreswan/connection.h"
#include "engine/peering.h"
#include "profile/vantage.h"

namespace useipsec {
namespace {

constexpr const char* pluto = "/usr/libexec/ipsec/pluto";
constexpr const char* whack = "/usr/libexec/ipsec/whack";
constexpr const char* control_socket = "{dir}/run/pluto.ctl";

std::string configuration(const Profile& profile, const std::vector<Connection>& connections) {
  std::string text = "config setup\n";
  const auto set = [&](std::string_view key, std::string_view value) {
    text += fmt::format("    {}={}\n", key, value);
  };
  set("nssdir", "{dir}/nss");
  set("ikev1-policy", "accept");  // 4.10 drops IKEv1 unless told otherwise
  set("nhelpers", "0");           // no threads: one exchange at a time is all a lab's daemon has to do
  set("dnssec-enable", "no");
  set("keep-alive", fmt::format("{}", profile.nat.keepalive_s));
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
  const auto own = libreswan_identity(profile, subject.topology, node);
  if (!group_destinations(profile).empty())
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

NodeSetup render_node(const Case& subject, const std::string& node) {
  const auto& profile = *subject.profile_of(node);
  const auto connections = libreswan_connections(subject, node);
  NodeSetup setup;
  setup.node = node;
  setup.folders = {"run", "nss", "ipsec.d", "ipsec.d/policies"};
  for (const auto* file : {"nss/cert9.db", "nss/key4.db", "nss/pkcs11.txt"}) setup.copies.push_back({file, file});
  setup.files.push_back({"ipsec.conf", configuration(profile, connections), false});
  setup.files.push_back({"ipsec.secrets", secrets(subject, node), true});
  setup.daemon = daemon();
  bool initiates = false;
  for (const auto& connection : connections) {
    // Routed by our own word rather than by auto=ondemand: whack answers when the policy is in the kernel, whereas the
    // child that pluto forks to load the configuration routes after pluto has said that it listens.
    if (connection.route) setup.after_ready.push_back(tell({"--route", "--name", connection.name}));
    initiates = initiates || connection.initiate;
  }
  // Either side can be asked to initiate, unless it waits for any address.
  const bool can = initiates || !profile.responder_accepts_any_address;
  if (can) setup.initiate.push_back(tell({"--initiate", "--asynchronous", "--name", "profile"}));
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
  if (profile.authentication == AuthMethod::certificate)
    return "certificates are not carried yet by this project's libreswan engine";
  if (profile.protocol == Protocol::esp && !profile.integrity)
    return "libreswan refuses ESP without integrity: every proposal of it has an integrity algorithm or an AEAD cipher";
  if (profile.protocol == Protocol::ah && profile.confidentiality) return "AH has no confidentiality (RFC 4302)";
  for (const auto& entry : profile.responder_policy)
    if (entry.requirement == Requirement::use)
      return "libreswan has no policy that uses an SA where there is one and passes traffic in the clear where there "
             "is none";
  if (const auto reason = unknown_authorized(profile, "libreswan")) return reason;
  return unknown_algorithm(profile);
}

}  // namespace

std::optional<std::string> LibreswanEngine::unsupported(const Case& subject) const {
  return first_refusal(subject, refused);
}

std::vector<NodeSetup> LibreswanEngine::render(const Case& subject) const {
  std::vector<NodeSetup> setups;
  for (const auto& node : subject.protected_nodes()) setups.push_back(render_node(subject, node));
  return setups;
}

Seed LibreswanEngine::seed() const {
  return {{"nss"}, {{"/usr/bin/certutil", {"-N", "-d", "sql:{seed}/nss", "--empty-password"}}}};
}

std::vector<NeededProgram> LibreswanEngine::programs() const {
  return {{pluto, "apt-get install libreswan"},
          {whack, "apt-get install libreswan"},
          {"/usr/libexec/ipsec/addconn", "apt-get install libreswan"},
          {"/usr/bin/certutil", "apt-get install libnss3-tools"}};
}

std::vector<VersionQuestion> LibreswanEngine::versions() const { return {{"libreswan", {pluto, {"--version"}}}}; }

}  // namespace useipsec
