#pragma once

#include "engine/engine.h"

namespace useipsec {

/// Profiles carried out without a daemon: keys and policies straight into the kernel (RFC 4301 section 4.5, RFC 4552).
/// Keys come from the case's seed (engine/derive.h).
class ManualEngine : public Engine {
 public:
  std::string name() const override { return "manual"; }
  std::optional<std::string> unsupported(const Case& subject) const override;
  std::vector<NodeSetup> render(const Case& subject) const override;
  std::vector<NodeSetup> render_generation(const Case& subject, std::uint32_t generation) const override;
};

}  // namespace useipsec
