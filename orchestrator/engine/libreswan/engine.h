#pragma once

#include "engine/engine.h"

namespace useipsec {

/// Profiles carried out by libreswan's pluto (written for 4.10), started directly: no `ipsec` wrapper, no systemd, no
/// folder outside the node's own.
class LibreswanEngine : public Engine {
 public:
  std::string name() const override { return "libreswan"; }
  std::optional<std::string> unsupported(const Case& subject) const override;
  std::vector<NodeSetup> render(const Case& subject) const override;
  Seed seed() const override;
  std::vector<NeededProgram> programs() const override;
  std::vector<VersionQuestion> versions() const override;
};

/// What pluto's lines mean. The first that matches decides.
std::vector<LogPattern> libreswan_log_patterns();

}  // namespace useipsec
