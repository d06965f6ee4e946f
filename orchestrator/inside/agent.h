#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "inside/program_session.h"
#include "lab/lab.h"

namespace useipsec {

/// Lets visitors into held labs: starts their programs in the nodes, beside the lab, where the namespaces are. The same
/// on both grounds.
class Agent {
 public:
  /// `inside` is the folder that the porter made; `bell` a descriptor that becomes readable when something changed
  /// there.
  Agent(Loop& loop, std::filesystem::path inside, int bell);
  ~Agent();
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  /// The bell that guests' init and the supervisor pass on in the environment; -1 where there is none.
  static int bell_of_environment();

  /// Serves visitors of this lab until somebody asks for its release. The loop runs on, so daemons and captures are
  /// served. Programs that still run are ended, and whoever comes too late is told.
  void hold(Lab& lab, std::filesystem::path folder);

 private:
  void look();
  void open(const std::string& name);
  void end_programs();

  Loop& loop_;
  std::filesystem::path inside_, folder_;
  int bell_;
  Lab* lab_ = nullptr;  ///< while one is held
  bool released_ = false;
  std::set<std::string> seen_;  ///< visits that were opened or refused
  std::map<std::string, std::unique_ptr<ProgramSession>> sessions_;
  Watch watch_bell_;
};

}  // namespace useipsec
