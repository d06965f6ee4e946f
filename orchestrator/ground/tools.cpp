#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "engine/engine.h"
#include "ground/capability.h"
#include "proc/environment.h"

namespace useipsec {

namespace {

struct Tool {
  const char* name;
  const char* program;  ///< a path, or a name for PATH
  const char* package;
  const char* needed_for;
};

constexpr Tool tools[] = {
    {"bird", "bird", "bird2", "OSPF, RIPng, BGP"},
    {"frr", "/usr/lib/frr/zebra", "frr", "OSPF by another hand, IS-IS, PIM"},
    {"iptables-legacy-restore", "iptables-legacy-restore", "iptables", "NAT boxes"},
    {"nft", "nft", "nftables", "NAT boxes where the legacy tables are missing"},
    {"modprobe", "modprobe", "kmod", "modules the kernel asks for by itself"},
};

std::string install(const char* package) { return fmt::format("apt-get install {}", package); }

bool is_program(const std::string& path) { return ::access(path.c_str(), X_OK) == 0; }

}  // namespace

std::vector<Capability> probe_engines(const std::filesystem::path& packages) {
  std::vector<Capability> found;
  for (const auto& engine : engines())
    for (const auto& [path, remedy] : programs_of(*engine, packages)) {
      const auto name = std::filesystem::path(path).filename().string();
      if (find_capability(found, name) != nullptr) continue;  // of an engine that is made of others
      const bool there = is_program(path);
      found.push_back(
          {name, there, "engine " + engine->name(), there ? path : path + " is not there", there ? "" : remedy});
    }
  return found;
}

std::vector<Capability> probe_tools(const std::string& guest_kernel) {
  std::vector<Capability> found;
  for (const auto& [name, program, package, needed_for] : tools) {
    const std::string path = find_program(program);
    const bool there = path.find('/') != std::string::npos && is_program(path);
    found.push_back({name, there, needed_for, there ? path : fmt::format("{} is not there", program),
                     there ? "" : install(package)});
  }

  const std::string kernel = find_program(guest_kernel.empty() ? "linux.uml" : guest_kernel);
  const bool bootable = kernel.find('/') != std::string::npos && is_program(kernel);
  found.push_back({std::string(capability::guest_kernel), bootable, "the guest ground",
                   bootable ? kernel : fmt::format("{} is not there", kernel),
                   bootable               ? ""
                   : guest_kernel.empty() ? install("user-mode-linux")
                                          : "give --guest-kernel a program"});
  if (guest_kernel.empty()) {  // another kernel may well have everything built in
    std::error_code ignored;
    const std::filesystem::path modules = "/usr/lib/uml/modules";
    const bool there = std::filesystem::exists(modules, ignored) && !std::filesystem::is_empty(modules, ignored);
    found.push_back({"guest modules", there, "the guest ground",
                     there ? modules.string() : "no modules in " + modules.string(),
                     there ? "" : install("user-mode-linux")});
  }
  return found;
}

}  // namespace useipsec
