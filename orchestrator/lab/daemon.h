#pragma once

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>

#include "engine/engine.h"
#include "lab/recorder.h"
#include "proc/process.h"

namespace useipsec {

/// A daemon that lives in one node: started directly, its lines read as they come, stopped with the object.
/// Every line goes to the log file (evidence) and, with what it means, to the recorder.
class Daemon {
 public:
  Daemon(Loop& loop, DaemonSpec spec, const ProcessSpec& process, const Namespaces& namespaces, std::string node,
         const std::filesystem::path& log_file, Recorder& recorder);
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  const std::string& node() const { return node_; }
  const std::string& name() const { return spec_.name; }
  /// It has said as many ready lines as its specification asks for.
  bool ready() const { return ready_lines_ >= spec_.ready_lines; }
  /// It has said that an IKE SA is established.
  bool ike_up() const { return ike_sas_ > 0; }
  /// The line with which it refused an SA, if it has.
  const std::optional<std::string>& refusal() const { return refusal_; }
  /// What it refused is about to be asked for again.
  void forget_refusal() { refusal_.reset(); }
  /// How it ended, if it did so by itself.
  std::optional<ExitStatus> exited() { return process_->exited(); }
  /// The last line it said, for errors.
  const std::string& last_line() const { return last_line_; }
  /// Tells it to end, without waiting: all daemons of a lab end side by side.
  void ask_to_stop();
  /// Tells it to end, and kills it where it has not within `grace`.
  void stop(std::chrono::milliseconds grace);
  /// kill -9: it has no time for a last word.
  void kill();

 private:
  void hear(const std::string& line);

  DaemonSpec spec_;
  std::string node_;
  std::ofstream log_;
  Recorder& recorder_;
  std::uint32_t ready_lines_ = 0;
  int ike_sas_ = 0;  ///< established, and not deleted since
  std::optional<std::string> refusal_;
  std::string last_line_;
  std::unique_ptr<Process> process_;
};

}  // namespace useipsec
