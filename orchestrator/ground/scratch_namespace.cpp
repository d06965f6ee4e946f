#include "ground/scratch_namespace.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "base/error.h"
#include "base/unique_fd.h"

namespace useipsec {

namespace {

/// Forks; the child's text and whether it is an answer (exit code 0) or a refusal.
std::pair<std::string, bool> in_child(const std::function<std::string()>& work) {
  std::array<int, 2> ends{};
  const int piped = ::pipe2(ends.data(), O_CLOEXEC);
  int code = errno;
  if (piped < 0) throw system_error(code, "making a pipe");
  const UniqueFd reading(ends[0]);
  UniqueFd writing(ends[1]);
  const pid_t child = ::fork();
  code = errno;
  if (child < 0) throw system_error(code, "fork");
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::string text;
    int status = 0;
    try {
      text = work();
    } catch (const std::exception& error) {
      text = error.what();
      status = 1;
    }
    for (std::size_t done = 0; done < text.size();) {
      const ssize_t count = ::write(writing.get(), text.data() + done, text.size() - done);
      if (count < 0) ::_exit(2);
      done += static_cast<std::size_t>(count);
    }
    ::_exit(status);
  }
  writing.reset();
  std::string text;
  std::array<char, 4096> buffer;
  for (ssize_t count = 0; (count = ::read(reading.get(), buffer.data(), buffer.size())) != 0;) {
    if (count > 0)
      text.append(buffer.data(), static_cast<std::size_t>(count));
    else if (errno != EINTR)
      break;
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return {text, WIFEXITED(status) && WEXITSTATUS(status) == 0};
}

void write_file(const char* path, const std::string& text) {
  const UniqueFd fd(::open(path, O_WRONLY | O_CLOEXEC));
  int code = errno;
  if (!fd) throw system_error(code, path);
  const ssize_t count = ::write(fd.get(), text.data(), text.size());
  code = errno;
  if (count < 0) throw system_error(code, path);
}

void enter_user_namespace() {
  const uid_t uid = ::geteuid();
  const gid_t gid = ::getegid();
  const int status = ::unshare(CLONE_NEWUSER);
  const int code = errno;
  if (status < 0) throw system_error(code, "making a user namespace");
  write_file("/proc/self/setgroups", "deny");
  write_file("/proc/self/uid_map", fmt::format("0 {} 1", uid));
  write_file("/proc/self/gid_map", fmt::format("0 {} 1", gid));
}

}  // namespace

std::string in_scratch_namespace(const std::function<std::string()>& work) {
  const auto [text, good] = in_child([&] {
    if (::geteuid() != 0) enter_user_namespace();
    const int status = ::unshare(CLONE_NEWNET);
    const int code = errno;
    if (status < 0) throw system_error(code, "making a network namespace");
    return work();
  });
  if (!good) throw Error(text.empty() ? "the probing child died" : text, ExitCode::precondition);
  return text;
}

std::string refusal_of_user_namespace() {
  const auto [text, good] = in_child([] {
    enter_user_namespace();
    return std::string();
  });
  return good ? "" : text;
}

}  // namespace useipsec
