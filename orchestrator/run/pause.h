#pragma once

#include <optional>
#include <string>

namespace useipsec {

/// Which cases' labs are held before they are taken down, for people to look inside.
enum class Pause { never, unexpected, always };
std::string_view to_string(Pause pause);
/// Throws Error (invalid) for another word.
Pause pause_of(const std::string& word);

/// How a run holds its labs; where it does there is one worker.
struct HoldOptions {
  Pause pause = Pause::never;
  std::string name = {};                  ///< of the lab, for those who enter it
  std::optional<std::size_t> until = {};  ///< hold after so many steps of the timeline; none: after all of them
  bool enter_goes_on = false;             ///< a line on standard input lets the lab go
  int lifeline = -1;                      ///< a socket: until a lab is held, the run ends when its other end is closed
};

}  // namespace useipsec
