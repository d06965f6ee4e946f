#pragma once

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace useipsec {

/// The program `name` on PATH; nothing where it is not installed.
inline std::optional<std::string> find_tool(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "/usr/bin:/bin" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const auto file = std::filesystem::path(folder) / name;
    if (::access(file.c_str(), X_OK) == 0) return file.string();
  }
  return std::nullopt;
}

struct ToolOutput {
  int status = -1;  ///< the exit status; -1 where it was ended by a signal
  std::string out, err;
};

/// Runs a program to its end; nothing goes through a shell. `environment` is added to ours.
inline ToolOutput run_tool(const std::vector<std::string>& command,
                           const std::vector<std::pair<std::string, std::string>>& environment = {}) {
  const auto errors = std::filesystem::temp_directory_path() / ("tool-" + std::to_string(::getpid()) + ".err");
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return {};
  const auto child = ::fork();
  if (child == 0) {
    std::vector<char*> arguments;
    for (const auto& each : command) arguments.push_back(const_cast<char*>(each.c_str()));
    arguments.push_back(nullptr);
    for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
    ::dup2(ends[1], STDOUT_FILENO);
    if (const int file = ::open(errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600); file >= 0)
      ::dup2(file, STDERR_FILENO);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  ToolOutput result;
  char buffer[4096];
  for (ssize_t got = 0; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;)
    result.out.append(buffer, static_cast<std::size_t>(got));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFEXITED(status)) result.status = WEXITSTATUS(status);
  std::ostringstream said;
  if (const int file = ::open(errors.c_str(), O_RDONLY | O_CLOEXEC); file >= 0) {
    for (ssize_t got = 0; (got = ::read(file, buffer, sizeof buffer)) > 0;) said.write(buffer, got);
    ::close(file);
  }
  result.err = said.str();
  std::filesystem::remove(errors);
  return result;
}

}  // namespace useipsec
