#include "engine/strongswan/engine.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/algorithms.h"
#include "engine/keys.h"
#include "engine/strongswan/connection.h"
#include "pki/plan.h"
#include "profile/vantage.h"

namespace useipsec {
namespace {

constexpr const char* charon = "/usr/lib/ipsec/charon";
constexpr const char* control_socket = "{dir}/charon.vici";
constexpr const char* settings_variable = "STRONGSWAN_CONF={dir}/strongswan.conf";

/// Named one by one. Debian loads bypass-lan too, which lets every subnet on a link pass in the clear.
constexpr const char* plugins = "random nonce openssl kdf kernel-netlink socket-default vici";
/// Reading certificates and keys, and what is asked of a certificate beside its signatures.
constexpr const char* certificate_plugins = "pem pkcs1 pkcs8 pubkey x509 constraints revocation";

bool names_resources(const Profile& profile) {
  return std::any_of(profile.certificates.begin(), profile.certificates.end(),
                     [](const auto& certificate) { return certificate.second.resources.has_value(); });
}

std::string configuration(const Case& subject, const Profile& profile) {
  ViciSection settings;
  const bool certificates = profile.authentication == AuthMethod::certificate;
  std::string load = certificates ? fmt::format("{} {}", certificate_plugins, plugins) : plugins;
  if (profile.marked_sas) load += " connmark";
  // Without it an address block in a certificate binds nobody; the package has it apart from the rest.
  if (certificates && names_resources(profile)) load += " addrblock";
  settings.set("load", std::move(load));
  // The topology has its routes already; but what has an inner address is to be sent from there.
  settings.set("install_routes", profile.inner_addresses ? "yes" : "no");
  settings.set("keep_alive", fmt::format("{}s", profile.nat.keepalive_s));
  if (profile.liveness) {  // by IKEv2 the question is a message as any other: given up when retransmissions are
    constexpr unsigned tries = 3;
    settings.set("retransmit_base", "1");
    settings.set("retransmit_tries", fmt::format("{}", tries - 1));
    settings.set("retransmit_timeout", fmt::format("{:.3f}", static_cast<double>(profile.liveness->timeout_s) / tries));
  }
  if (profile.keying == Keying::ikev1_aggressive && profile.authentication == AuthMethod::psk)
    settings.set("i_dont_care_about_security_and_use_aggressive_mode_psk", "yes");  // else the responder refuses it
  ViciSection log;
  log.set("default", "1").set("flush_line", "yes");
  if (subject.log_negotiation) log.set("cfg", "2");
  settings.set("filelog", ViciSection().set("stderr", std::move(log)));
  settings.set("plugins",
               ViciSection().set("vici", ViciSection().set("socket", fmt::format("unix://{}", control_socket))));
  // swanctl, by hand, needs next to no plugins, and says of each it does not find that it is not there.
  return swanctl_text(
      ViciSection().set("charon", std::move(settings)).set("swanctl", ViciSection().set("load", "random openssl")));
}

ViciRequest tell(std::string command, ViciSection message) {
  return {control_socket, std::move(command), std::move(message)};
}

struct Secret {
  std::string name;
  std::vector<std::string> owners;
  std::string key;
};

std::vector<Secret> secrets_of(const Case& subject, const std::string& node) {
  const auto& profile = *subject.profile_of(node);
  if (profile.authentication == AuthMethod::certificate) return {};
  const auto own = strongswan_identity(profile, subject.topology, node);
  if (!group_destinations(profile, subject.topology).empty())
    return {{"ike-group", {own, "%any"}, pre_shared_key(subject, profile, "")}};
  std::vector<Secret> secrets;
  for (const auto& peer : peers_of(profile, node)) {
    const auto& initiator = node == profile.responder ? peer : node;
    secrets.push_back({"ike-" + peer,
                       {own, strongswan_identity(profile, subject.topology, peer)},
                       pre_shared_key(subject, profile, initiator)});
  }
  return secrets;
}

/// Loads what a node holds. Whatever charon is given this way it trusts: a node trusts its own chain.
void add_credentials(NodeSetup& setup, const PkiPlan& plan) {
  const auto* store = plan.store_of(setup.node);
  if (store == nullptr) return;
  const auto give = [&](const std::string& file) {
    setup.credentials.push_back(file);
    return strongswan_credential(file);
  };
  const auto load = [&](const char* command, const char* type, const char* flag, const std::string& file) {
    ViciSection message;
    message.set("type", type);
    if (flag != nullptr) message.set("flag", flag);
    setup.after_ready.emplace_back(tell(command, message.set("data", give(file))));
  };
  for (const auto& stem : store->anchors) load("load-cert", "X509", "CA", certificate_file(stem));
  for (const auto& stem : store->chain) load("load-cert", "X509", "CA", certificate_file(stem));
  for (const auto& stem : store->lists) load("load-cert", "X509_CRL", nullptr, list_file(stem));
  load("load-key", "any", nullptr, key_file(store->node));
  give(certificate_file(store->node));  // these are in the connections
  for (const auto& stem : store->known) give(certificate_file(stem));
}

/// Where a request has what a file holds, a swanctl.conf has its name.
std::string with_file_names(std::string text) {
  constexpr std::string_view contents = "{file:";
  for (auto at = text.find(contents); at != std::string::npos; at = text.find(contents, at)) {
    text.erase(text.find('}', at), 1);
    text.replace(at, contents.size(), "{dir}/");
  }
  return text;
}

/// The same as the requests that follow, as a swanctl.conf: for a reader, and for whoever wants to try it elsewhere.
std::string swanctl_conf(const ViciSection& connections, const std::vector<Secret>& secrets, const ViciSection& pools) {
  ViciSection sections;
  for (const auto& secret : secrets) {
    ViciSection one;
    for (std::size_t i = 0; i < secret.owners.size(); ++i) one.set(fmt::format("id-{}", i + 1), secret.owners[i]);
    std::string hex = "0x";  // as text, a key that begins with 0x or 0s would be taken for an encoded one
    for (const unsigned char octet : secret.key) hex += fmt::format("{:02x}", octet);
    const bool encoded = secret.key.starts_with("0x") || secret.key.starts_with("0s");
    sections.set(secret.name, one.set("secret", encoded ? hex : secret.key));
  }
  ViciSection file;
  file.set("connections", connections).set("secrets", std::move(sections));
  if (!pools.entries.empty()) file.set("pools", pools);
  return with_file_names(swanctl_text(file));
}

/// What the responder gives inner addresses of.
ViciSection pools_of(const Profile& profile, const std::string& node) {
  ViciSection pools;
  if (profile.inner_addresses && node == profile.responder)
    pools.set(strongswan_pool, ViciSection().set("addrs", profile.inner_addresses->str()));
  return pools;
}

DaemonSpec daemon() {
  DaemonSpec spec;
  spec.name = "charon";
  spec.command = {charon, {}, {settings_variable}};
  spec.patterns = strongswan_log_patterns();
  return spec;
}

std::vector<ViciEntry> connections_of(const Case& subject, const std::string& node) {
  const auto peerings = peerings_of(subject, node);
  std::vector<ViciEntry> connections;
  for (const auto& peering : peerings)
    for (auto& connection : strongswan_connections(peering)) connections.push_back(std::move(connection));
  if (const auto rules = rules_of(peerings); !rules.empty()) connections.push_back(strongswan_rules(rules));
  return connections;
}

/// Asks for the SAs of a connection, or for new ones, without waiting for them.
void add_orders(NodeSetup& setup, const ViciEntry& connection, bool initiates) {
  const auto& section = std::get<ViciSection>(connection.value);
  for (const auto& entry : section.entries) {
    if (entry.name != "children") continue;
    for (const auto& child : std::get<ViciSection>(entry.value).entries) {
      const auto named = ViciSection().set("child", child.name).set("ike", connection.name);
      if (initiates) setup.initiate.emplace_back(tell("initiate", ViciSection(named).set("timeout", "-1")));
      setup.rekey_child.emplace_back(tell("rekey", named));
    }
  }
  setup.rekey_ike.emplace_back(tell("rekey", ViciSection().set("ike", connection.name)));
}

NodeSetup render_node(const Case& subject, const std::string& node) {
  const auto& profile = *subject.profile_of(node);
  const auto connections = connections_of(subject, node);
  const auto secrets = secrets_of(subject, node);
  const auto pools = pools_of(profile, node);
  NodeSetup setup;
  setup.node = node;
  setup.overlays.push_back({"{packages}/strongswan/usr/lib", "/usr/lib"});
  setup.files.push_back({"strongswan.conf", configuration(subject, profile), false});
  setup.files.push_back({"swanctl.conf", swanctl_conf({connections}, secrets, pools), true});
  setup.daemon = daemon();
  add_credentials(setup, pki_plan(subject));
  for (const auto& [name, owners, key] : secrets)
    setup.after_ready.emplace_back(
        tell("load-shared", ViciSection().set("id", name).set("type", "IKE").set("data", key).set("owners", owners)));
  const bool initiates = !waits_for_any_address(profile, node);
  if (!pools.entries.empty()) setup.after_ready.emplace_back(tell("load-pool", pools));
  for (const auto& connection : connections) {
    // Traps, bypasses and discards are in the kernel when charon answers.
    setup.after_ready.emplace_back(tell("load-conn", ViciSection{{connection}}));
    if (connection.name != "rules") add_orders(setup, connection, initiates);
  }
  for (const auto* what : {"--list-sas", "--list-conns"})
    setup.inspect.push_back({"{packages}/strongswan/usr/sbin/swanctl",
                             {what, "--uri", fmt::format("unix://{}", control_socket)},
                             {settings_variable}});
  return setup;
}

std::optional<std::string> refused(const Profile& profile) {
  if (!profile.by_ike()) return "strongSwan's charon keys by IKE only; manual keys are set by the engine \"manual\"";
  for (const auto& selector : profile.selectors)
    if (!selector.link.empty())
      return "an IKE daemon cannot select by link: traffic selectors are addresses, ports and protocols (RFC 7296 "
             "section 3.13.1)";
  if (!profile.identity_on_certificate)
    return "charon takes a public key from a certificate that has the peer's identity, and from no other: it has no "
           "setting";
  if (profile.nat.traversal == Traversal::refused)
    return "charon always looks for NATs and puts ESP into UDP where it finds one: it has no setting that refuses";
  if (profile.has_ah() && profile.has_esp())
    return "charon passes over proposals of more than one protocol: RFC 4301 asks for no AH+ESP bundles any more";
  if (profile.has_ah() && profile.confidentiality) return "AH has no confidentiality (RFC 4302)";
  if (profile.before_sa == BeforeSa::trap && profile.on_failure == OnFailure::pass)
    return "charon's traps hold traffic for as long as there is no SA: no setting lets it pass once keying has failed";
  for (const auto& entry : profile.responder_policy)
    if (entry.requirement == Requirement::use)
      return "charon has no policy that uses an SA where there is one and passes traffic in the clear where there is "
             "none";
  if (const auto reason = unknown_authorized(profile, "strongSwan")) return reason;
  return unknown_algorithm(profile);
}

}  // namespace

std::optional<std::string> StrongswanEngine::unsupported(const Case& subject) const {
  return first_refusal(subject, refused);
}

std::vector<NodeSetup> StrongswanEngine::render(const Case& subject) const {
  std::vector<NodeSetup> setups;
  for (const auto& node : subject.protected_nodes()) setups.push_back(render_node(subject, node));
  return setups;
}

std::vector<NeededProgram> StrongswanEngine::programs() const {
  return {{fmt::format("{{packages}}/strongswan{}", charon), "setup/debian unpacks it"}};
}

// charon answers only where it finds a configuration and its libraries.
std::vector<VersionQuestion> StrongswanEngine::versions() const {
  return {{"strongswan",
           {fmt::format("{{packages}}/strongswan{}", charon),
            {"--version"},
            {"STRONGSWAN_CONF={seed}/empty", "LD_LIBRARY_PATH={packages}/strongswan/usr/lib/ipsec"}}}};
}

}  // namespace useipsec
