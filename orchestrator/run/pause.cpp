#include "run/pause.h"

#include <fmt/format.h>

#include "base/error.h"

namespace useipsec {

std::string_view to_string(Pause pause) {
  switch (pause) {
    case Pause::never:
      return "never";
    case Pause::unexpected:
      return "unexpected";
    case Pause::always:
      return "always";
  }
  return "never";
}

Pause pause_of(const std::string& word) {
  for (const auto pause : {Pause::never, Pause::unexpected, Pause::always}) {
    if (to_string(pause) == word) return pause;
  }
  throw Error(fmt::format("expected never, unexpected or always, found \"{}\"", word), ExitCode::invalid);
}

}  // namespace useipsec
