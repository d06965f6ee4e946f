#include "base/files.h"

#include <cerrno>
#include <fstream>
#include <sstream>

#include "base/error.h"

namespace fs = std::filesystem;

namespace useipsec {

void write_text(const fs::path& file, const std::string& text) {
  std::error_code ignored;
  fs::create_directories(file.parent_path(), ignored);
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream << text << std::flush;
  const int code = errno;
  if (!stream) throw system_error(code, "writing " + file.string());
}

void replace_text(const fs::path& file, const std::string& text) {
  const fs::path beside = file.string() + ".new";
  write_text(beside, text);
  std::error_code error;
  fs::rename(beside, file, error);
  if (error) throw system_error(error.value(), "renaming " + beside.string());
}

std::string read_text(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  const int code = errno;
  if (!stream) throw system_error(code, "reading " + file.string(), ExitCode::invalid);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

}  // namespace useipsec
