#include "ground/guest_root.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>

#include "base/error.h"
#include "base/unique_fd.h"
#include "ground/module_order.h"

namespace useipsec {

namespace {

void must_mount(const char* source, const std::string& target, const char* type, unsigned long flags,
                const std::string& data = {}) {
  const int status = ::mount(source, target.c_str(), type, flags, data.c_str());
  const int code = errno;
  if (status < 0) throw system_error(code, fmt::format("mounting {} on {}", type, target));
}

void make_folders(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw system_error(error.value(), fmt::format("making {}", folder.string()));
}

/// For a kernel without devtmpfs: what daemons, tcpdump and a shell open.
void make_devices(const std::string& dev) {
  struct Device {
    const char* name;
    unsigned major, minor;
  };
  for (const auto& [name, major, minor] :
       {Device{"null", 1, 3}, Device{"zero", 1, 5}, Device{"full", 1, 7}, Device{"random", 1, 8},
        Device{"urandom", 1, 9}, Device{"kmsg", 1, 11}, Device{"tty", 5, 0}, Device{"console", 5, 1},
        Device{"ptmx", 5, 2}, Device{"ttyS0", 4, 64}, Device{"ttyS1", 4, 65}})
    ::mknod(fmt::format("{}/{}", dev, name).c_str(), S_IFCHR | 0666, makedev(major, minor));
  for (const auto& [name, target] : {std::pair{"fd", "/proc/self/fd"}, std::pair{"stdin", "/proc/self/fd/0"},
                                     std::pair{"stdout", "/proc/self/fd/1"}, std::pair{"stderr", "/proc/self/fd/2"}})
    static_cast<void>(::symlink(target, fmt::format("{}/{}", dev, name).c_str()));
}

void settle_devices(const std::string& dev) {
  if (::mount("dev", dev.c_str(), "devtmpfs", MS_NOSUID, "mode=0755") < 0)
    must_mount("dev", dev, "tmpfs", MS_NOSUID, "mode=0755");
  const mode_t mask = ::umask(0);
  make_devices(dev);
  ::umask(mask);
  for (const char* name : {"/pts", "/shm"}) ::mkdir((dev + name).c_str(), 0755);
  must_mount("devpts", dev + "/pts", "devpts", MS_NOSUID | MS_NOEXEC, "mode=0620,ptmxmode=0666");
  must_mount("shm", dev + "/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777");
}

std::string release() {
  utsname name{};
  ::uname(&name);
  return name.release;
}

/// request_module() and modprobe look under /lib/modules, where no package links the guest kernel's own folder.
void link_modules() {
  const std::filesystem::path folder = guest_modules_folder();
  const std::filesystem::path link = std::filesystem::path("/lib/modules") / release();
  std::error_code ignored;
  if (folder.empty() || std::filesystem::exists(link, ignored)) return;
  std::filesystem::create_directories(link.parent_path(), ignored);
  std::filesystem::create_directory_symlink(folder, link, ignored);
}

}  // namespace

std::filesystem::path guest_modules_folder() {
  for (const char* parent : {"/usr/lib/uml/modules", "/lib/modules"}) {
    const auto folder = std::filesystem::path(parent) / release();
    std::error_code ignored;
    if (std::filesystem::exists(folder / "modules.dep", ignored)) return folder;
  }
  return {};
}

void settle_guest_root(const std::filesystem::path& results) {
  load_modules(guest_modules_folder(), {"overlay"});
  // /run exists on every host, and nothing below it is needed before the move.
  must_mount("stage", "/run", "tmpfs", 0, "mode=0755");
  for (const char* folder : {"/run/upper", "/run/work", "/run/root"}) make_folders(folder);
  must_mount("root", "/run/root", "overlay", 0, "lowerdir=/,upperdir=/run/upper,workdir=/run/work");

  const std::string root = "/run/root";
  must_mount("proc", root + "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC);
  must_mount("sysfs", root + "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC);
  // Debian's guest kernel starts /sbin/hotplug for every device that comes or goes, ten times dearer than the device.
  if (std::ofstream helper(root + "/sys/kernel/uevent_helper"); helper) helper << "\n";
  settle_devices(root + "/dev");
  make_folders(root + results.string());
  must_mount("results", root + results.string(), "hostfs", MS_NOSUID | MS_NODEV, results.string());

  // pivot_root(".", "."): the old root lies over the new one for a moment and is then let go (pivot_root(2)).
  int status = ::chdir(root.c_str());
  if (status == 0) status = static_cast<int>(::syscall(SYS_pivot_root, ".", "."));
  if (status == 0) status = ::umount2(".", MNT_DETACH);
  if (status == 0) status = ::chdir("/");
  const int code = errno;
  if (status < 0) throw system_error(code, "moving to the overlay");
  link_modules();
}

int load_modules(const std::filesystem::path& folder, const std::vector<std::string>& names) {
  if (folder.empty()) return 0;
  std::ifstream stream(folder / "modules.dep");
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  int loaded = 0;
  for (const auto& path : module_order(text, names)) {
    const UniqueFd file(::open((folder / path).c_str(), O_RDONLY | O_CLOEXEC));
    if (file && ::syscall(SYS_finit_module, file.get(), "", 0) == 0) ++loaded;
  }
  return loaded;
}

}  // namespace useipsec
