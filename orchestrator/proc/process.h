#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proc/exit_status.h"
#include "proc/loop.h"

namespace useipsec {

/// An external program to start. A value: what a test compares.
struct ProcessSpec {
  std::string program;                   ///< a path, or a name looked up in PATH and the sbin folders
  std::vector<std::string> arguments;    ///< without the program's own name
  std::vector<std::string> environment;  ///< NAME=value, added to the caller's environment
  std::string input;                     ///< what it reads from standard input; empty: /dev/null
  std::string directory;                 ///< where it starts; empty: where the caller is
  std::vector<int> inherited = {};       ///< descriptors it keeps, under the same numbers; all others are closed
};

/// The namespaces a program is started in, as borrowed descriptors; -1: the caller's own.
struct Namespaces {
  int user = -1;
  int net = -1;
  int mount = -1;
  int uts = -1;
  int pid = -1;
};

/// Takes one line of a program's output (standard output and error as one stream), without its end.
using LineSink = std::function<void(const std::string& line)>;

/// One running child, the leader of a session of its own. It dies with the thread that started it, and with this
/// object: SIGTERM, then SIGKILL to its whole process group. When it ends by itself, what is left of its group is
/// killed too.
class Process {
 public:
  /// Returns once the program runs; throws Error saying which step failed (entering a namespace, finding the program
  /// ...). `on_line` runs inside the loop's waits, exited(), stop() and the destructor, so what it touches must outlive
  /// this.
  static Process start(Loop& loop, const ProcessSpec& spec, const Namespaces& namespaces = {}, LineSink on_line = {});

  Process(Process&&) noexcept;
  Process& operator=(Process&&) noexcept;
  ~Process();

  pid_t pid() const;
  /// How it ended, once it has; every line it wrote was delivered before.
  std::optional<ExitStatus> exited();
  /// Sends a signal to the program itself; nothing happens where it has ended.
  void signal(int number);
  /// SIGTERM to the process group, once; does not wait. So several programs can end at the same time.
  void ask_to_stop();
  /// The same, then SIGKILL after `grace`; returns when it is gone.
  void stop(std::chrono::milliseconds grace);

 private:
  struct Impl;
  explicit Process(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace useipsec
