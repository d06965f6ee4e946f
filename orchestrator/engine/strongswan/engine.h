#pragma once

#include "engine/engine.h"

namespace useipsec {

/// Profiles carried out by strongSwan's charon (written for 5.9.8), started directly and told over vici what swanctl
/// would tell it. Debian's packages conflict with libreswan's, so they are unpacked (`setup/debian`) and laid over the
/// node's /usr/lib.
class StrongswanEngine : public Engine {
 public:
  std::string name() const override { return "strongswan"; }
  std::optional<std::string> unsupported(const Case& subject) const override;
  std::vector<NodeSetup> render(const Case& subject) const override;
  std::vector<NeededProgram> programs() const override;
  std::vector<VersionQuestion> versions() const override;
};

/// What charon's lines mean. The first that matches decides.
std::vector<LogPattern> strongswan_log_patterns();

}  // namespace useipsec
