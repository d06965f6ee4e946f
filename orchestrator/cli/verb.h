#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/exit_code.h"
#include "cli/arguments.h"

namespace useipsec {

/// One verb of the command line: a file under cli/ that makes one of these, and a line in cli/verbs.cpp.
struct Verb {
  std::string name;
  std::string summary;
  std::string example;  ///< shown at the end of --help
  /// Declares the verb's options; gives what to do once they are read.
  std::function<std::function<ExitCode()>(Arguments)> declare;
  bool hidden = false;
};

const std::vector<Verb>& verbs();

/// Reads the command line and carries the verb out. Errors go to standard error; the exit code says which kind.
ExitCode run_command_line(int argc, char** argv);

}  // namespace useipsec
