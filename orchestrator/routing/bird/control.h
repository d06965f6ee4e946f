#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace useipsec {

/// One line of a reply: a four-digit code and its text. 0xxx done, 1xxx data, 8xxx and 9xxx errors.
struct BirdLine {
  int code = 0;
  std::string text;
  bool operator==(const BirdLine&) const = default;
};

/// Takes replies apart as bytes arrive (BIRD's doc/reply_codes and nest/cli.c): "cccc-text" goes on, "cccc text" ends
/// the reply, a leading blank repeats the last code.
class BirdReply {
 public:
  /// Takes what arrived; returns true once the reply is complete. Bytes after its end are kept for the next reply.
  bool feed(std::string_view bytes);
  /// The lines of a complete reply; starts the next one.
  std::vector<BirdLine> take();

 private:
  std::string pending_;
  std::vector<BirdLine> lines_;
  bool complete_ = false;
};

/// Asks a running BIRD one thing over its control socket at `path` and gives the text of the answer, one line each.
/// Fails where BIRD does not answer in time, closes, or answers with an error: its own words innermost.
Result<std::string> ask_bird(const std::string& path, std::string_view command, std::chrono::milliseconds deadline);

}  // namespace useipsec
