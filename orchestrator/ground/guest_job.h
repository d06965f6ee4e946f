#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace useipsec {

/// What a guest is to do: written by the host, read by the guest's init.
struct GuestJob {
  std::string name;                      ///< the guest's host name
  std::filesystem::path results;         ///< the one writable folder, at this path on both sides
  std::filesystem::path directory;       ///< where the command starts
  std::vector<std::string> command;      ///< program and arguments, with the host's paths
  std::vector<std::string> environment;  ///< NAME=value, complete
  bool stream = false;                   ///< the second serial line is the command's byte stream
};

/// How the job went: written by the guest's init, read by the host.
struct GuestStatus {
  bool signaled = false;
  int code = 0;          ///< exit code or signal number
  std::string error;     ///< why the guest could not run the job; empty where it did
  std::string kernel;    ///< release
  double ready_s = 0;    ///< guest seconds from boot to the start of the job
  double modules_s = 0;  ///< of which loading modules
  int modules = 0;       ///< loaded
};

/// The folder for a guest's own files inside the results folder.
std::filesystem::path guest_folder(const std::filesystem::path& results, const std::string& name);

/// Each throws Error where the file cannot be read or written, or is not what it should be. Written whole or not at
/// all.
void write_job(const std::filesystem::path& file, const GuestJob& job);
GuestJob read_job(const std::filesystem::path& file);
void write_status(const std::filesystem::path& file, const GuestStatus& status);
/// Nothing where there is no such file.
std::optional<GuestStatus> read_status(const std::filesystem::path& file);

}  // namespace useipsec
