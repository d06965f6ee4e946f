#pragma once

#include "engine/engine.h"

namespace useipsec {

/// Two engines in one case, as in a network that one vendor did not equip alone: the initiators run one, the responder
/// the other. Its name is both names, the initiators' first: "libreswan-strongswan". It carries what both can carry.
class MixedEngine : public Engine {
 public:
  /// Both outlive it.
  MixedEngine(const Engine& initiators, const Engine& responder) : initiators_(initiators), responder_(responder) {}

  std::string name() const override;
  std::optional<std::string> unsupported(const Case& subject) const override;
  std::vector<NodeSetup> render(const Case& subject) const override;
  Seed seed() const override;
  std::vector<NeededProgram> programs() const override;
  std::vector<VersionQuestion> versions() const override;

 private:
  const Engine& initiators_;
  const Engine& responder_;
};

}  // namespace useipsec
