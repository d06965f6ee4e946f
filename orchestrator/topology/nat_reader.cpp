#include "topology/nat_reader.h"

#include <nlohmann/json.hpp>

#include "topology/words.h"

namespace useipsec {
namespace {

template <class Value, std::size_t count>
std::optional<Value> word_at(const Json& json, const char* key, const WordTable<Value, count>& words) {
  if (!json.contains(key)) return {};
  return value_of(words, json[key].get<std::string>());
}

std::optional<Address> address_at(const Json& json, const char* key) {
  return json.contains(key) ? Address::parse(json[key].get<std::string>()) : std::nullopt;
}

std::optional<Prefix> prefix_at(const Json& json, const char* key) {
  return json.contains(key) ? Prefix::parse(json[key].get<std::string>()) : std::nullopt;
}

MappingLifetimes lifetimes(const Json& json) {
  const auto seconds = [&json](const char* key) {
    return json.contains(key) ? std::optional(json[key].get<std::uint32_t>()) : std::nullopt;
  };
  return {seconds("udp"), seconds("tcp"), seconds("icmp"), seconds("other")};
}

PortForward forward(const Json& json) {
  PortForward result;
  result.protocol = value_of(ported_protocol_words, json.at("protocol").get<std::string>());
  result.port = json.at("port").get<std::uint16_t>();
  if (const auto to = address_at(json, "to")) result.to = *to;
  result.to_port = json.value("to_port", result.port);
  return result;
}

nlohmann::ordered_json forward_json(const PortForward& forward) {
  return {{"protocol", word_of(ported_protocol_words, forward.protocol)},
          {"port", forward.port},
          {"to", forward.to.str()},
          {"to_port", forward.to_port}};
}

nlohmann::ordered_json lifetimes_json(const MappingLifetimes& lifetimes) {
  auto json = nlohmann::ordered_json::object();
  if (lifetimes.udp) json["udp"] = *lifetimes.udp;
  if (lifetimes.tcp) json["tcp"] = *lifetimes.tcp;
  if (lifetimes.icmp) json["icmp"] = *lifetimes.icmp;
  if (lifetimes.other) json["other"] = *lifetimes.other;
  return json;
}

}  // namespace

NatPolicy read_nat_policy(const Json& json) {
  NatPolicy nat;
  nat.kind = value_of(nat_kind_words, json.at("kind").get<std::string>());
  nat.ports = word_at(json, "ports", port_mapping_words).value_or(PortMapping::preserve);
  nat.outside = json.at("outside").get<std::string>();
  nat.inside_address = address_at(json, "inside_address");
  nat.outside_address = address_at(json, "outside_address");
  nat.inside_prefix = prefix_at(json, "inside_prefix");
  nat.outside_prefix = prefix_at(json, "outside_prefix");
  nat.mapping = word_at(json, "mapping", dependence_words);
  nat.filtering = word_at(json, "filtering", dependence_words);
  if (json.contains("hairpin")) nat.hairpin = json["hairpin"].get<bool>();
  if (json.contains("lifetimes_s")) nat.lifetimes = lifetimes(json["lifetimes_s"]);
  nat.esp = word_at(json, "esp", passage_words);
  nat.ah = word_at(json, "ah", passage_words);
  nat.only_tcp_and_udp = word_at(json, "protocols", protocols_words).value_or(false);
  nat.drops_fragments = word_at(json, "fragments", fragments_words).value_or(false);
  nat.keeps_port_500 = word_at(json, "port_500", port_500_words).value_or(false);
  nat.ike_by_cookies = word_at(json, "ike", ike_demultiplexing_words).value_or(false);
  nat.ftp_gateway = word_at(json, "gateway", gateway_words).value_or(false);
  nat.strict_isakmp = word_at(json, "isakmp", isakmp_words).value_or(false);
  if (json.contains("forwards"))
    for (const auto& each : json["forwards"]) nat.forwards.push_back(forward(each));
  return nat;
}

nlohmann::ordered_json nat_policy_json(const NatPolicy& nat) {
  nlohmann::ordered_json json{{"kind", word_of(nat_kind_words, nat.kind)}, {"outside", nat.outside}};
  if (nat.kind == NatKind::masquerade) json["ports"] = word_of(port_mapping_words, nat.ports);
  if (nat.inside_address) json["inside_address"] = nat.inside_address->str();
  if (nat.outside_address) json["outside_address"] = nat.outside_address->str();
  if (nat.inside_prefix) json["inside_prefix"] = nat.inside_prefix->str();
  if (nat.outside_prefix) json["outside_prefix"] = nat.outside_prefix->str();
  if (nat.mapping) json["mapping"] = word_of(dependence_words, *nat.mapping);
  if (nat.filtering) json["filtering"] = word_of(dependence_words, *nat.filtering);
  if (nat.hairpin) json["hairpin"] = *nat.hairpin;
  if (nat.lifetimes != MappingLifetimes{}) json["lifetimes_s"] = lifetimes_json(nat.lifetimes);
  if (nat.esp) json["esp"] = word_of(passage_words, *nat.esp);
  if (nat.ah) json["ah"] = word_of(passage_words, *nat.ah);
  if (nat.only_tcp_and_udp) json["protocols"] = word_of(protocols_words, true);
  if (nat.drops_fragments) json["fragments"] = word_of(fragments_words, true);
  if (nat.keeps_port_500) json["port_500"] = word_of(port_500_words, true);
  if (nat.ike_by_cookies) json["ike"] = word_of(ike_demultiplexing_words, true);
  if (nat.strict_isakmp) json["isakmp"] = word_of(isakmp_words, true);
  if (nat.ftp_gateway) json["gateway"] = word_of(gateway_words, true);
  for (const auto& each : nat.forwards) json["forwards"].push_back(forward_json(each));
  return json;
}

}  // namespace useipsec
