#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "claims/claim.h"
#include "home/home.h"
#include "proc/loop.h"
#include "report/run_record.h"
#include "scenario/scenario.h"

namespace useipsec {

/// SHA-256 (FIPS 180-4) of a file's bytes, in hexadecimal; empty where it cannot be read.
std::string sha256_of(const std::filesystem::path& file);

/// The commit this program was built from, "-dirty" behind it where files were changed; empty where it is not known.
std::string tool_commit();

/// The words this process was started with.
std::vector<std::string> own_command();

/// Now, in UTC: "2026-11-23T10:11:12Z".
std::string utc_now();

/// The kernel that the caller runs on, with its configuration where one can be read.
KernelRecord this_kernel();

/// The scenario, topology and claim files that the cases come from, each once, sorted.
std::vector<FileRecord> used_files(const Home& home, const Catalogue& catalogue, const std::vector<Case>& cases);

/// The programs that the cases rely on: their engines', routing daemons, NAT. Each is asked for its version, which
/// takes some ten milliseconds. `seed`: the run's seed folder.
std::vector<ProgramRecord> used_programs(Loop& loop, const Home& home, const std::vector<Case>& cases,
                                         const std::filesystem::path& seed);

}  // namespace useipsec
