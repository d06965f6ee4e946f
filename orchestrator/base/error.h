#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "base/exit_code.h"

namespace useipsec {

/// An error that tells a story, outermost intent first, the kernel's or daemon's own words last:
/// `building node nat: adding link wan: Unknown device type (EOPNOTSUPP)`.
/// Thrown where the only sane reaction is to abandon the case; returned in a Result where the caller branches on it.
class Error : public std::exception {
 public:
  explicit Error(std::string what, ExitCode exit_code = ExitCode::broken);

  /// Prepends one layer of context; returns itself so that a catch site can `throw e.within("...")`.
  Error& within(std::string context);

  /// All layers joined by ": ".
  const char* what() const noexcept override { return text_.c_str(); }
  ExitCode exit_code() const { return exit_code_; }
  /// Outermost first.
  const std::vector<std::string>& trail() const { return trail_; }

 private:
  std::vector<std::string> trail_;
  std::string text_;
  ExitCode exit_code_;
};

/// `what: strerror(code) (ENAME)`. Pass errno captured in the caller's first statement.
Error system_error(int code, std::string_view what, ExitCode exit_code = ExitCode::broken);

/// The symbol of an errno value, e.g. "EPERM"; its number where libc has no name for it.
std::string errno_name(int code);

/// Runs `work` and puts `context` before any Error that leaves it.
template <class Work>
decltype(auto) in_context(std::string_view context, Work&& work) {
  try {
    return work();
  } catch (Error& error) {
    throw error.within(std::string(context));
  }
}

}  // namespace useipsec
