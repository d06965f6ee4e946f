#include "proc/exit_status.h"

#include <fmt/format.h>

#include <cstring>

namespace useipsec {

std::string ExitStatus::str() const {
  if (!signaled) return fmt::format("exit code {}", code);
  if (const char* name = ::sigabbrev_np(code)) return fmt::format("killed by SIG{}", name);
  return fmt::format("killed by signal {}", code);
}

}  // namespace useipsec
