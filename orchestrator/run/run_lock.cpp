#include "run/run_lock.h"

#include <fcntl.h>

namespace useipsec {

namespace {

std::filesystem::path lock_file(const std::filesystem::path& run) { return run / ".work" / "lock"; }

struct flock whole_file() {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

}  // namespace

RunLock::RunLock(const std::filesystem::path& run)
    : file_(::open(lock_file(run).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
  auto lock = whole_file();
  if (file_) ::fcntl(file_.get(), F_SETLK, &lock);
}

bool is_going_on(const std::filesystem::path& run) {
  const UniqueFd file(::open(lock_file(run).c_str(), O_RDWR | O_CLOEXEC));
  auto lock = whole_file();
  return file && ::fcntl(file.get(), F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

}  // namespace useipsec
