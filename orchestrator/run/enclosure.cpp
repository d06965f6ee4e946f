#include "run/enclosure.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string>

#include "base/error.h"
#include "base/unique_fd.h"

namespace useipsec {

namespace {

void must(int status, const char* what) {
  const int code = errno;
  if (status < 0) throw system_error(code, what, ExitCode::precondition);
}

void write_file(const char* path, const std::string& text) {
  const UniqueFd fd(::open(path, O_WRONLY | O_CLOEXEC));
  must(fd.get(), path);
  must(static_cast<int>(::write(fd.get(), text.data(), text.size())), path);
}

/// Root inside, the caller outside: enough for every namespace below it (user_namespaces(7)).
void become_root_of_own_user_namespace() {
  const uid_t uid = ::geteuid();
  const gid_t gid = ::getegid();
  must(::unshare(CLONE_NEWUSER), "making a user namespace");
  write_file("/proc/self/setgroups", "deny");
  write_file("/proc/self/uid_map", fmt::format("0 {} 1", uid));
  write_file("/proc/self/gid_map", fmt::format("0 {} 1", gid));
}

/// The child's own view: its processes in /proc, nothing of the host's daemons in /run.
void settle_mounts() {
  must(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "making mounts private");
  must(::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr), "mounting /proc");
  must(::mount("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755"), "mounting /run");
}

void allow_many_descriptors() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int run_enclosed(const std::function<int()>& work) {
  if (::geteuid() != 0) become_root_of_own_user_namespace();
  must(::unshare(CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC), "making namespaces");
  allow_many_descriptors();

  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  must(child, "fork");
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != 0 && ::getppid() != parent)
      ::_exit(128 + SIGKILL);  // 0: the parent is outside this PID namespace
    settle_mounts();
    ::_exit(work());
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace useipsec
