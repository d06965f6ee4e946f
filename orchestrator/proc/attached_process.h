#pragma once

#include <sys/types.h>

#include <optional>

#include "base/unique_fd.h"
#include "proc/process.h"

namespace useipsec {

/// Rows and columns of a terminal.
struct TerminalSize {
  unsigned short rows = 24, columns = 80;
};

/// A child whose standard streams are in our hands byte by byte, as a person's or a pipe's would be: on a terminal of
/// its own, or on three pipes. The leader of a session of its own; dies with the thread that started it.
class AttachedProcess {
 public:
  /// Returns once the program runs; throws Error saying which step failed. Its exit code is a shell's: 127 where there
  /// is no such program, 126 where it cannot be started.
  static AttachedProcess start(const ProcessSpec& spec, const Namespaces& namespaces,
                               std::optional<TerminalSize> terminal);

  AttachedProcess(AttachedProcess&& other) noexcept;
  AttachedProcess& operator=(AttachedProcess&&) = delete;
  /// Hangs up: SIGHUP for the process group and no reader or writer on our side. What ignores that goes on, as after a
  /// terminal's end, until the thread that started it ends.
  ~AttachedProcess();

  // Our ends, non-blocking. On a terminal `input` and `output` are two descriptors of its one master and `error` is
  // none.
  UniqueFd input, output, error;

  /// Becomes readable when the program has ended.
  int life() const { return pidfd_.get(); }
  /// How it ended, once it has. What it left in its streams is still to be read.
  std::optional<ExitStatus> exited();
  /// To its process group; on a terminal the group that is in the foreground there.
  void signal(int number);
  void resize(TerminalSize size);

 private:
  AttachedProcess() = default;
  pid_t pid_ = -1;
  bool terminal_ = false;
  UniqueFd pidfd_;
  std::optional<ExitStatus> status_;
};

}  // namespace useipsec
