#include "report/stored_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"

namespace fs = std::filesystem;

namespace useipsec {

namespace {

[[noreturn]] void refuse(const std::string& name, std::size_t offset, const std::string& text) {
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(offset, text.size()));
  const auto line = 1 + std::count(text.begin(), end, '\n');
  const auto last_break = std::find(std::make_reverse_iterator(end), text.rend(), '\n').base();
  const auto column = 1 + (end - last_break);
  const bool cut_off = text.find_last_not_of(" \t\r\n", offset) == std::string::npos || offset >= text.size();
  throw Error(
      fmt::format("{}:{}:{}: expected JSON{}", name, line, column,
                  text.empty() ? ", found an empty file"
                  : cut_off    ? fmt::format(", found the end of the file: it is cut off after {} bytes", text.size())
                               : ""),
      ExitCode::invalid);
}

}  // namespace

nlohmann::json read_stored_json(const fs::path& file, const std::string& name) {
  std::error_code error;
  const auto status = fs::status(file, error);
  if (!fs::exists(status)) throw Error(fmt::format("{}: it is not there", name), ExitCode::invalid);
  if (!fs::is_regular_file(status)) throw Error(fmt::format("{}: expected a file", name), ExitCode::invalid);
  const auto text = read_text(file);
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& problem) {
    refuse(name, problem.byte == 0 ? 0 : problem.byte - 1, text);
  }
}

std::optional<fs::path> below(const fs::path& folder, const std::string& relative) {
  const fs::path path(relative);
  if (relative.empty() || relative.find('\0') != std::string::npos || path.is_absolute()) return std::nullopt;
  if (std::find(path.begin(), path.end(), "..") != path.end()) return std::nullopt;
  std::error_code error;
  const auto root = fs::weakly_canonical(folder, error);
  const auto real = fs::weakly_canonical(folder / path, error);
  if (error || std::mismatch(root.begin(), root.end(), real.begin(), real.end()).first != root.end())
    return std::nullopt;
  return folder / path;
}

}  // namespace useipsec
