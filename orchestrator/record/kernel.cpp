#include <fmt/format.h>
#include <sys/utsname.h>

#include "record/record.h"

namespace useipsec {

KernelRecord this_kernel() {
  utsname names{};
  ::uname(&names);
  KernelRecord kernel{.release = names.release, .version = names.version, .machine = names.machine};
  for (const auto& file : {std::string("/proc/config.gz"), fmt::format("/boot/config-{}", kernel.release),
                           fmt::format("/lib/modules/{}/config", kernel.release)}) {
    const auto sum = sha256_of(file);
    if (sum.empty()) continue;
    kernel.config = file;
    kernel.config_sha256 = sum;
    break;
  }
  return kernel;
}

}  // namespace useipsec
