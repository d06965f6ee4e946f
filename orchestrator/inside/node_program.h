#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "proc/process.h"

namespace useipsec {

/// A program that a visitor wants to run in a node.
struct ProgramRequest {
  std::string node;
  std::vector<std::string> command;      ///< program and arguments
  bool terminal = false;                 ///< give it a terminal of its own
  unsigned short rows = 24, columns = 80;
  std::vector<std::string> environment;  ///< NAME=value, added to the agent's
};

std::string to_text(const ProgramRequest& request);
ProgramRequest program_request(const std::string& text);

/// A program that runs in a node, and our ends of its streams.
struct NodeProgram {
  pid_t pid = -1;
  UniqueFd input;   ///< of a terminal: the same as output, under another number
  UniqueFd output;
  UniqueFd error;   ///< none where it has a terminal
};

/// Starts it in the node's namespaces and in `directory`, the leader of a session of its own, gone with the calling thread.
/// An Error says which step the kernel refused; its exit code is what a shell would give: 127 not found, 126 cannot be run.
Result<NodeProgram> start_in_node(const ProgramRequest& request, const Namespaces& namespaces, const std::string& directory);

}  // namespace useipsec
