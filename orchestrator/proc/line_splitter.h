#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace useipsec {

/// Cuts a stream into lines. A line longer than `limit` bytes is handed out in pieces, so that a program that never
/// ends its line cannot eat the memory.
class LineSplitter {
 public:
  static constexpr std::size_t limit = 1u << 20;

  explicit LineSplitter(std::function<void(const std::string&)> on_line) : on_line_(std::move(on_line)) {}

  void feed(std::string_view bytes);
  /// Hands out what is left without an end of line.
  void finish();

 private:
  std::function<void(const std::string&)> on_line_;
  std::string rest_;
};

}  // namespace useipsec
