#include "inside/lab_register.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>

#include "base/error.h"
#include "base/files.h"

namespace fs = std::filesystem;

namespace useipsec {

namespace {

bool is_name_letter(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
         letter == '.' || letter == '_' || letter == '-';
}

struct flock whole_file(short type) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return lock;
}

/// Another opened the name before it was taken away: what we hold is no longer what others find.
bool is_still(const UniqueFd& fd, const fs::path& file) {
  struct stat held {
  }, found{};
  return ::fstat(fd.get(), &held) == 0 && ::stat(file.c_str(), &found) == 0 && held.st_ino == found.st_ino &&
         held.st_dev == found.st_dev;
}

/// 0: nobody has it.
pid_t lock_owner(const fs::path& file) {
  const UniqueFd fd(::open(file.c_str(), O_RDWR | O_CLOEXEC));
  auto lock = whole_file(F_WRLCK);
  if (!fd || ::fcntl(fd.get(), F_GETLK, &lock) < 0 || lock.l_type == F_UNLCK) return 0;
  return lock.l_pid > 0 ? lock.l_pid : -1;  // 0: in a PID namespace above ours
}

fs::path lock_file(const fs::path& folder) { return folder / "lock"; }
fs::path state_file(const fs::path& folder) { return folder / "lab.json"; }

void expect_lab_name(const std::string& name) {
  const bool fits = !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), is_name_letter) &&
                    std::string("._-").find(name.front()) == std::string::npos;
  if (!fits)
    throw Error(fmt::format("expected a lab's name of 1 to 64 letters, digits, '.', '_' and '-', the first a letter or "
                            "a digit, found \"{}\"",
                            name),
                ExitCode::invalid);
}

[[noreturn]] void refuse(const fs::path& folder, const std::string& name) {
  const auto other = known_lab(folder);
  const auto since = other && other->state ? " since " + other->state->since : "";
  throw Error(fmt::format("expected no lab named \"{0}\", found one held by process {1}{2}; `lab stop --name {0}` ends "
                          "it, `lab start --name NAME` makes another beside it",
                          name, other ? other->holder : -1, since),
              ExitCode::invalid);
}

}  // namespace

void expect_free(const fs::path& results, const std::string& name) {
  expect_lab_name(name);
  const auto folder = results / "labs" / name;
  if (const auto other = known_lab(folder); other && other->lives()) refuse(folder, name);
}

LabClaim::LabClaim(const fs::path& results, const std::string& name) : name_(name), folder_(results / "labs" / name) {
  expect_lab_name(name);
  for (;;) {
    fs::create_directories(folder_.parent_path());
    const int made = ::mkdir(folder_.c_str(), 0700);
    int code = errno;
    if (made < 0 && code == ENOENT) continue;  // the last of the other labs has just taken the parent away
    if (made < 0 && code != EEXIST) throw system_error(code, "making " + folder_.string(), ExitCode::precondition);
    lock_.reset(::open(lock_file(folder_).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    code = errno;
    if (!lock_ && code == ENOENT) continue;  // its last holder has just taken the folder away
    if (!lock_) throw system_error(code, "opening " + lock_file(folder_).string(), ExitCode::precondition);
    auto lock = whole_file(F_WRLCK);
    const int locked = ::fcntl(lock_.get(), F_SETLK, &lock);
    code = errno;
    if (locked < 0 && (code == EACCES || code == EAGAIN)) refuse(folder_, name);
    if (locked < 0) throw system_error(code, "locking " + lock_file(folder_).string(), ExitCode::precondition);
    if (is_still(lock_, lock_file(folder_))) break;
  }
  std::error_code ignored;
  fs::remove(state_file(folder_), ignored);  // what one said that ended without a word
}

LabClaim::~LabClaim() {
  std::error_code ignored;
  fs::remove(state_file(folder_), ignored);
  fs::remove(lock_file(folder_), ignored);
  fs::remove(folder_, ignored);
  fs::remove(folder_.parent_path(), ignored);  // stays where there are other labs
}

void LabClaim::publish(const LabState& state) const { replace_text(state_file(folder_), to_text(state)); }

std::optional<KnownLab> known_lab(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) return std::nullopt;
  KnownLab lab{
      .name = folder.filename(), .folder = folder, .holder = lock_owner(lock_file(folder)), .state = std::nullopt};
  try {
    if (fs::exists(state_file(folder), error)) lab.state = lab_state(read_text(state_file(folder)));
  } catch (const Error&) {
    // Written by another version, or cut off by a full disk: the lock alone says whether it lives.
  }
  return lab;
}

std::vector<KnownLab> known_labs(const fs::path& results) {
  std::vector<KnownLab> labs;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(results / "labs", error)) {
    if (::access(entry.path().c_str(), R_OK | X_OK) != 0) continue;
    if (auto lab = known_lab(entry.path())) labs.push_back(std::move(*lab));
  }
  std::sort(labs.begin(), labs.end(), [](const auto& left, const auto& right) { return left.name < right.name; });
  return labs;
}

UniqueFd holder_life(const KnownLab& lab) {
  if (lab.holder <= 0) return {};
  UniqueFd life(static_cast<int>(::syscall(SYS_pidfd_open, lab.holder, 0)));
  // Asked again: only now is the descriptor known to be of the process that has the lock, not of a later one of its
  // number.
  if (life && lock_owner(lock_file(lab.folder)) != lab.holder) life.reset();
  return life;
}

void forget(const KnownLab& lab) {
  try {
    const LabClaim claim(lab.folder.parent_path().parent_path(), lab.name);  // nobody else's, and gone with this
  } catch (const Error&) {
    // Somebody has just taken the name: it is theirs.
  }
}

}  // namespace useipsec
