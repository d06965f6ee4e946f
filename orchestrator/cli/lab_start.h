#pragma once

#include <string>

#include "base/exit_code.h"

namespace useipsec {

struct LabStartOptions {
  std::string home, what, engine, variant, guest_kernel;
  std::string ground = "auto";
  bool json = false;
};

/// `lab start`: chooses one case, starts its holder in the background and waits until the lab is held.
ExitCode lab_start(const LabStartOptions& options);

}  // namespace useipsec
