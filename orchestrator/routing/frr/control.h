#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace useipsec {

/// Takes answers apart as bytes arrive (FRR's lib/vty.c): the text, then three zero bytes and one that says whether the
/// command was understood (0).
class VtyAnswer {
 public:
  /// Takes what arrived; returns true once the answer is complete.
  bool feed(std::string_view bytes);
  /// The text of a complete answer.
  std::string text() const;
  bool understood() const { return bytes_.back() == '\0'; }

 private:
  std::string bytes_;
};

/// Asks a running FRR daemon one thing over its vty socket at `path` and gives the text of the answer. Fails where it
/// does not answer in time, closes, or does not understand: its own words innermost.
Result<std::string> ask_frr(const std::string& path, std::string_view command, std::chrono::milliseconds deadline);

}  // namespace useipsec
