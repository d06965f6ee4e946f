#include "engine/mixed/engine.h"

#include "profile/vantage.h"

namespace useipsec {
namespace {

template <typename Value>
void append(std::vector<Value>& values, std::vector<Value> more) {
  values.insert(values.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

std::string MixedEngine::name() const { return initiators_.name() + "-" + responder_.name(); }

std::optional<std::string> MixedEngine::unsupported(const Case& subject) const {
  if (!subject.profile.members.empty()) return "the members of a group are neither initiator nor responder";
  if (auto reason = initiators_.unsupported(subject)) return reason;
  return responder_.unsupported(subject);
}

std::vector<NodeSetup> MixedEngine::render(const Case& subject) const {
  auto setups = initiators_.render(subject);
  // Both render the same nodes in the same order.
  auto of_responder = responder_.render(subject);
  for (std::size_t i = 0; i < setups.size(); ++i)
    if (!is_initiator(subject.profile, setups[i].node)) setups[i] = std::move(of_responder.at(i));
  return setups;
}

Seed MixedEngine::seed() const {
  auto seed = initiators_.seed();
  auto more = responder_.seed();
  append(seed.folders, std::move(more.folders));
  append(seed.commands, std::move(more.commands));
  return seed;
}

std::vector<NeededProgram> MixedEngine::programs() const {
  auto programs = initiators_.programs();
  append(programs, responder_.programs());
  return programs;
}

std::vector<VersionQuestion> MixedEngine::versions() const {
  auto versions = initiators_.versions();
  append(versions, responder_.versions());
  return versions;
}

}  // namespace useipsec
