#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proc/loop.h"
#include "proc/process.h"

namespace useipsec {

/// A guest kernel to boot and the one job it runs.
struct GuestSpec {
  std::filesystem::path kernel = "/usr/bin/linux.uml";  ///< a User-Mode Linux program
  std::string name = "lab";                   ///< host name of the guest; its files are in results/guest-<name>/
  std::filesystem::path results;              ///< absolute; the one writable host folder, same path inside
  std::vector<std::string> command;           ///< absolute program and arguments, same paths inside
  std::filesystem::path directory = {};       ///< where the command starts; empty: the current one
  std::vector<std::string> environment = {};  ///< NAME=value, added to the caller's
  std::size_t memory_mib = 512;
  unsigned guests_beside = 1;  ///< that may live at once, this one included: its memory's place must hold all of theirs
  std::filesystem::path console_log = {};         ///< empty: results/guest-<name>/console.log
  std::filesystem::path init = "/proc/self/exe";  ///< a program whose main() asks is_guest_init() first
  int stream = -1;          ///< borrowed socket; the job finds its other end under the number in USEIPSEC_STREAM_FD
  LineSink on_output = {};  ///< the job's standard output and error, for people: never parse results from it
};

/// How a guest ended.
enum class GuestEnd {
  completed,       ///< the job ran to its end: exit_code
  panicked,        ///< the guest kernel did
  out_of_memory,   ///< the guest kernel killed the job for want of memory, or had none left
  hung,            ///< the deadline passed
  killed,          ///< somebody killed the guest's process
  failed_to_boot,  ///< it ended, or the deadline passed, before the job started
  interrupted,     ///< the loop was interrupted; the guest still runs: signal() and wait() again, or let it go
};
std::string_view to_string(GuestEnd end);

struct GuestOutcome {
  GuestEnd end = GuestEnd::failed_to_boot;
  int exit_code = 125;      ///< of the job where completed (128 + signal where one ended it)
  std::string why = {};     ///< empty where completed; else the deciding lines of the console, or our own words
  std::string kernel = {};  ///< release; empty where the guest never said it
  double ready_s = 0;       ///< guest seconds from boot to the start of the job
};

/// One booted guest: an ordinary process of an ordinary user. Gone with this object, and with this process.
class Guest {
 public:
  /// Throws Error (precondition) where the guest cannot be started here.
  static Guest start(Loop& loop, const GuestSpec& spec);
  Guest(Guest&&) noexcept;
  Guest& operator=(Guest&&) = delete;
  ~Guest();

  /// Waits for the guest's end. After `hung` and `failed_to_boot` the guest has been killed.
  GuestOutcome wait(Loop::Clock::time_point deadline);
  /// The same with a deadline that what happens meanwhile moves.
  GuestOutcome wait(const std::function<Loop::Clock::time_point()>& deadline);
  /// Ends it at once: there is nothing in it to tidy up, and it may not even listen.
  void kill();
  /// Sends a signal to the job.
  void signal(int number);
  /// The first process of the guest, on the host.
  pid_t pid() const;

 private:
  struct Impl;
  explicit Guest(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace useipsec
