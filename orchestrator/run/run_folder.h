#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace useipsec {

/// One case waiting to be run, as the supervisor tells its workers.
struct QueuedCase {
  std::string id;
  std::filesystem::path file;  ///< the scenario file
};

/// The folder of one run: `run.json`, the queue, a folder for each case, and the workers' journals.
class RunFolder {
 public:
  /// Makes `folder`, or a new folder of its own below `results`, its name `prefix` and the clock's; without a prefix
  /// `results/latest` points at it.
  static RunFolder create(const std::filesystem::path& results, const std::optional<std::filesystem::path>& folder,
                          const std::string& prefix = "");
  static RunFolder open(const std::filesystem::path& folder) { return RunFolder(folder); }

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path run_file() const { return path_ / "run.json"; }
  std::filesystem::path case_folder(const std::string& id) const { return path_ / id; }
  /// What an engine makes once for the run.
  std::filesystem::path seed() const { return path_ / ".work" / "seed"; }
  std::filesystem::path keys() const { return seed() / "keys"; }  ///< of the certificates of all cases
  /// Leads to the packages that the set-up unpacked (Home::packages()).
  std::filesystem::path packages() const { return seed() / "packages"; }
  std::filesystem::path journal(const std::string& worker) const { return path_ / ".work" / (worker + ".jsonl"); }

  void write_queue(const std::vector<QueuedCase>& queue) const;
  std::vector<QueuedCase> read_queue() const;
  /// True for exactly one worker of each case: claims are folders, which every file system makes atomically, a guest's
  /// view of the host's files included.
  bool claim(const std::string& id) const;
  bool is_claimed(const std::string& id) const;
  /// Tells a worker to begin no case until it is told otherwise.
  void rest(const std::string& worker, bool wanted) const;
  bool is_to_rest(const std::string& worker) const;
  /// Tells all workers to begin no further case, and why: the case of that id. The first call counts.
  void stop_at(const std::string& id) const;
  /// The case that the run was stopped at; nothing where it goes on.
  std::optional<std::string> stopped_at() const;
  /// Takes the workers' own files away; the evidence stays.
  void tidy() const;

 private:
  explicit RunFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace useipsec
