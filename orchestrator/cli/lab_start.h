#pragma once

#include <string>

#include "base/exit_code.h"

namespace useipsec {

struct LabStartOptions {
  std::string home, what, name, engine, variant, until, out, guest_kernel;
  std::string ground = "auto";
  bool json = false;
};

/// `lab start`: chooses one case, starts what holds its lab in the background, and returns when the lab is held.
ExitCode lab_start(const LabStartOptions& options);

}  // namespace useipsec
