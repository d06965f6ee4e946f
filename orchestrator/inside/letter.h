#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proc/attached_process.h"

namespace useipsec {

/// What a letter between a visitor (`lab shell`, `lab exec`) and the agent beside the lab says.
enum class LetterKind : char {
  input = 'i',         ///< visitor: bytes for standard input
  end_of_input = 'e',  ///< visitor: there are no more
  resize = 'w',        ///< visitor: rows and columns of its terminal, "24 80"
  signal = 's',        ///< visitor: a signal's number
  output = 'o',        ///< agent: bytes of standard output, or of the terminal
  error = 'r',         ///< agent: bytes of standard error
  exit = 'x',          ///< agent: the program's exit code (128 + signal where one ended it); the last letter
  refused = 'n',       ///< agent: exit code, a space, why there is no program; the last letter
};

struct Letter {
  LetterKind kind = LetterKind::input;
  std::string body = {};
  bool operator==(const Letter&) const = default;
};

/// A letter as a file's bytes: one for its kind, then its body.
std::string to_bytes(const Letter& letter);
/// Throws Error (broken) for what to_bytes does not write.
Letter letter_of(std::string bytes);

/// The number that an exit, a signal or a refusal begins with. Throws Error (broken) where it does not.
int number_in(const Letter& letter);
std::string size_text(TerminalSize size);
/// Throws Error (broken) where the letter holds no size.
TerminalSize size_in(const Letter& letter);

/// What a visitor asks for: a program in a node of the lab of one case.
struct ProgramRequest {
  std::string case_id, node;
  std::vector<std::string> command = {};      ///< program and arguments
  std::vector<std::string> environment = {};  ///< NAME=value, added to the lab's
  bool terminal = false;
  TerminalSize size = {};
};

/// JSON; bytes that are not UTF-8 survive.
std::string to_text(const ProgramRequest& request);
/// Throws Error (broken) for what to_text does not write.
ProgramRequest program_request(const std::string& text);

}  // namespace useipsec
