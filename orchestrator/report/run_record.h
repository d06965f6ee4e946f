#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace useipsec {

/// One program a run relied on: an engine's, a routing daemon's, the NAT boxes'. Asked once for the whole run.
struct ProgramRecord {
  std::string name;    ///< "libreswan", "bird"
  std::string file;    ///< the program that was asked
  std::string said;    ///< its own first words about its version; empty where it did not say
  std::string sha256;  ///< of the program file; empty where it cannot be read
  bool operator==(const ProgramRecord&) const = default;
};

/// A scenario or topology file as it was. Files of the project are relative to its folder, others absolute.
struct FileRecord {
  std::string file;
  std::string sha256;  ///< empty where it cannot be read
  bool operator==(const FileRecord&) const = default;
};

/// The kernel of the ground the cases ran on, a guest's included.
struct KernelRecord {
  std::string release;        ///< uname -r
  std::string version;        ///< uname -v
  std::string machine;        ///< uname -m
  std::string config;         ///< the file with its configuration; empty where none is readable
  std::string config_sha256;  ///< of that file's bytes
  bool operator==(const KernelRecord&) const = default;
};

/// What `run` was asked, as far as it decides the outcome.
struct RunRequest {
  std::string ground = "auto";
  std::string guest_kernel;  ///< empty: Debian's
  unsigned jobs = 0;         ///< as asked; 0: chosen by itself
  unsigned repeat = 1;       ///< each case so many times
  unsigned retries = 0;      ///< a case that is not as expected so many times more
  bool fail_fast = false;
  std::optional<std::uint64_t> seed;  ///< for every case; nothing: each scenario's own
  bool operator==(const RunRequest&) const = default;
};

/// All that is needed to run the same again, and to say what differs then.
struct RunRecord {
  std::string commit;  ///< of the tool, at build; empty: not built from a repository
  std::string began;   ///< UTC, "2026-11-23T10:11:12Z"
  std::vector<std::string> command;
  KernelRecord kernel;
  std::vector<ProgramRecord> programs;
  std::vector<FileRecord> files;
  RunRequest request;
  bool operator==(const RunRecord&) const = default;
};

/// What a run of itself took, beside its cases' own_s. MiB are resident memory, of each process at its most; daemons
/// are not counted. 0: not known, or none.
struct CostRecord {
  double first_case_s = 0;  ///< from the start of the first worker to its first case: a guest boots within it
  double supervisor_mib = 0;
  double worker_mib = 0;        ///< the largest worker, on the ground's side
  double guest_mib = 0;         ///< the largest guest: its kernel's process with all that is in its memory
  unsigned guest_size_mib = 0;  ///< what a guest may take
  bool operator==(const CostRecord&) const = default;
};

/// Which part of a larger run this is. The plan is the whole one's, so that what is missing can be named.
struct ShardRecord {
  unsigned index = 1;  ///< from 1
  unsigned total = 1;
  std::vector<std::vector<std::string>> plan;  ///< for each shard its cases' ids
  bool operator==(const ShardRecord&) const = default;
};

/// One run that `merge` put into a larger one.
struct PartRecord {
  std::string run;                     ///< the folder's name
  std::string began;                   ///< as its record says
  unsigned index = 0;                  ///< its shard; 0: it was none
  std::vector<std::string> set_aside;  ///< ids of its cases whose result another part's took the place of
  bool operator==(const PartRecord&) const = default;
};

}  // namespace useipsec
