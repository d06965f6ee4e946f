#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "inside/lab_state.h"

namespace useipsec {

// Which labs are held: results/labs/<name>/, for their owner alone. `lab.json` says what the lab is, `lock` is locked
// by the process that holds it for as long as it lives. The kernel lets go of a lock when its process ends, however
// that comes, and says which process has it (fcntl(2), F_GETLK): a lab that is gone is never mistaken for one that
// lives, nor a stranger's process for its holder.

/// Throws Error (invalid) where `name` is not 1 to 64 letters, digits, '.', '_' or '-', the first a letter or a digit,
/// or where another process holds a lab of that name.
void expect_free(const std::filesystem::path& results, const std::string& name);

/// A name taken, by this process, until the object goes. One for each name in a process.
class LabClaim {
 public:
  /// Throws Error: invalid where the name is no name or another process holds a lab of it.
  LabClaim(const std::filesystem::path& results, const std::string& name);
  ~LabClaim();
  LabClaim(const LabClaim&) = delete;
  LabClaim& operator=(const LabClaim&) = delete;

  const std::string& name() const { return name_; }
  /// Says what the lab is now.
  void publish(const LabState& state) const;

 private:
  std::string name_;
  std::filesystem::path folder_;
  UniqueFd lock_;
};

/// A lab that somebody claimed, found from outside. Not to be asked for by the process that holds it: to close a file
/// is to let go of its locks.
struct KnownLab {
  std::string name;
  std::filesystem::path folder;   ///< results/labs/<name>
  pid_t holder = 0;               ///< 0: it ended without a word; -1: it lives where we cannot see its number
  std::optional<LabState> state;  ///< what it said last, if anything
  bool lives() const { return holder != 0; }
};

/// In the order of their names. Those that are not ours to read are left out.
std::vector<KnownLab> known_labs(const std::filesystem::path& results);
/// The lab as it is now; nothing where its folder is gone.
std::optional<KnownLab> known_lab(const std::filesystem::path& folder);
/// A descriptor of the process that holds the lab, which becomes readable at its end; none where it has ended.
UniqueFd holder_life(const KnownLab& lab);
/// Takes away what a lab left that ended without a word.
void forget(const KnownLab& lab);

}  // namespace useipsec
