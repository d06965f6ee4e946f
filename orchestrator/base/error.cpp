#include "base/error.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstring>
#include <utility>

namespace useipsec {

Error::Error(std::string what, ExitCode exit_code)
    : trail_{std::move(what)}, text_(trail_.front()), exit_code_(exit_code) {}

Error& Error::within(std::string context) {
  trail_.insert(trail_.begin(), std::move(context));
  text_ = fmt::format("{}", fmt::join(trail_, ": "));
  return *this;
}

std::string errno_name(int code) {
  const char* name = ::strerrorname_np(code);
  return name != nullptr ? std::string(name) : std::to_string(code);
}

Error system_error(int code, std::string_view what, ExitCode exit_code) {
  return Error(
      fmt::format("{}: {} ({})", what, ::strerrordesc_np(code) != nullptr ? ::strerrordesc_np(code) : "unknown error",
                  errno_name(code)),
      exit_code);
}

}  // namespace useipsec
