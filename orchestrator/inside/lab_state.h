#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

#include "inside/agent.h"

namespace useipsec {

/// What results/lab.json says of the one lab of this project that is held, or about to be.
struct LabState {
  pid_t holder = -1;
  std::string started;  ///< the holder's start time in clock ticks since boot: with the number it names one process for ever
  std::string door;     ///< the abstract Unix socket's name
  std::string ground;
  std::string since;    ///< UTC
  std::string run;      ///< the run's folder
  std::optional<HeldLab> held;  ///< empty while it is prepared
};

std::filesystem::path state_file(const std::filesystem::path& results);
std::string to_text(const LabState& state);
/// The state where its holder lives; empty where there is no file. `stale` is set where the holder is gone.
std::optional<LabState> read_state(const std::filesystem::path& file, bool& stale);
/// Throws Error (invalid) where a lab is held, or about to be.
void expect_no_lab(const std::filesystem::path& file);
/// The file is made for this process: throws Error (invalid) where another lab is held. A stale one is replaced; says so.
std::string claim_state(const std::filesystem::path& file, const LabState& state);
/// A process's start time as /proc/<pid>/stat has it; empty where there is none.
std::string start_time(pid_t process);

}  // namespace useipsec
