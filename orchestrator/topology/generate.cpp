#include "topology/generate.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "input/diagnostic.h"
#include "input/nearest_word.h"
#include "input/pointer.h"
#include "topology/allotment.h"

namespace useipsec {
namespace {

const Generator* maker_of(const std::vector<Generator>& generators, std::string_view name) {
  const auto made = std::find_if(generators.begin(), generators.end(), [&](const Generator& generator) {
    return is_numbered(name, generator.stem) &&
           std::stoul(std::string(name.substr(generator.stem.size()))) <= generator.count;
  });
  return made == generators.end() ? nullptr : &*made;
}

/// "/nodes/r7/loopback/0" without "/nodes/": the name, and what is below it.
struct Below {
  std::string name, rest;
};
Below split(std::string_view below) {
  const auto slash = below.find('/');
  return {std::string(below.substr(0, slash)), slash == std::string_view::npos ? "" : std::string(below.substr(slash))};
}

void check_links(const Generator& generator, const TopologyDraft& draft, const Complain& complain) {
  std::vector<std::string> names;
  for (const auto& link : draft.links) names.push_back(link.name);
  for (std::size_t index = 0; index < generator.links.size(); ++index) {
    const auto& name = generator.links[index];
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    complain(child(child(child("/generate", generator.stem), "on"), index), "expected a link: " + listed(names),
             quoted_text(name), nearest_word(name, names));
  }
}

DraftNode made(const Generator& generator, std::uint32_t number, const Complain& complain) {
  DraftNode node;
  node.name = generated_name(generator, number);
  node.role = generator.role;
  node.routes = generator.routes;
  for (std::size_t index = 0; index < generator.loopback.size(); ++index) {
    const auto& pool = generator.loopback[index];
    if (const auto address = host_address(pool, number))
      node.loopback.push_back(Prefix::host(*address));
    else
      complain(child(child(child("/generate", generator.stem), "loopback"), index),
               fmt::format("expected a prefix of {} addresses, one for each node", generator.count), pool.str(), "");
  }
  return node;
}

}  // namespace

std::string generated_name(const Generator& generator, std::uint32_t number) {
  return fmt::format("{}{}", generator.stem, number);
}

bool is_numbered(std::string_view name, std::string_view stem) {
  if (!name.starts_with(stem)) return false;
  const auto number = name.substr(stem.size());
  return !number.empty() && number.size() <= 9 && number.front() != '0' &&
         number.find_first_not_of("0123456789") == std::string_view::npos;
}

void generate(TopologyDraft& draft, const std::vector<Generator>& generators, const Complain& complain) {
  std::set<std::string> taken;
  for (const auto& node : draft.nodes) taken.insert(node.name);
  for (const auto& generator : generators) {
    const auto here = child("/generate", generator.stem);
    check_links(generator, draft, complain);
    for (std::uint32_t number = 1; number <= generator.count; ++number) {
      auto node = made(generator, number, complain);
      if (!taken.insert(node.name).second) {
        complain(here, "expected names that no other node has", quoted_text(node.name), "");
        continue;
      }
      for (auto& link : draft.links)
        if (std::find(generator.links.begin(), generator.links.end(), link.name) != generator.links.end())
          link.ends.push_back({node.name, true, {}});
      draft.nodes.push_back(std::move(node));
      ++draft.generated[generator.stem];
    }
  }
}

std::string written_at(const std::vector<Generator>& generators, const std::string& pointer) {
  constexpr std::string_view nodes = "/nodes/", ends = "/ends/";
  if (pointer.starts_with(nodes)) {
    const auto [name, rest] = split(std::string_view(pointer).substr(nodes.size()));
    const auto* maker = maker_of(generators, name);
    return maker == nullptr ? pointer : child("/generate", maker->stem) + rest;
  }
  const auto at = pointer.find(ends);
  if (!pointer.starts_with("/links/") || at == std::string::npos) return pointer;
  const auto* maker = maker_of(generators, split(std::string_view(pointer).substr(at + ends.size())).name);
  return maker == nullptr ? pointer : child(child("/generate", maker->stem), "on");
}

}  // namespace useipsec
