#include "input/document.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/unique_fd.h"
#include "base/utf8.h"

namespace useipsec {
namespace {

std::optional<std::string> refuse(Diagnostics& diagnostics, const std::string& file, std::string expected,
                                  std::string found) {
  diagnostics.add({.file = file,
                   .place = {},
                   .pointer = {},
                   .message = std::move(expected),
                   .found = std::move(found),
                   .nearest = {}});
  return std::nullopt;
}

std::optional<std::string> slurp(const std::filesystem::path& path, const std::string& file, Diagnostics& diagnostics) {
  // Without O_NONBLOCK a FIFO would hold us for ever.
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  const int open_error = errno;
  if (!fd) return refuse(diagnostics, file, "expected a readable file", system_error(open_error, "open").what());
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) {
    return refuse(diagnostics, file, "expected a readable file", system_error(errno, "fstat").what());
  }
  if (S_ISDIR(status.st_mode)) return refuse(diagnostics, file, "expected a JSON file", "a directory");
  if (!S_ISREG(status.st_mode)) return refuse(diagnostics, file, "expected a regular file", "a device, pipe or socket");
  std::string text;
  std::string buffer(65536, '\0');
  while (text.size() <= Document::largest) {
    const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
    const int read_error = errno;
    if (got < 0 && read_error == EINTR) continue;
    if (got < 0) return refuse(diagnostics, file, "expected a readable file", system_error(read_error, "read").what());
    if (got == 0) return text;
    text.append(buffer, 0, static_cast<std::size_t>(got));
  }
  return refuse(diagnostics, file, fmt::format("expected at most {} bytes", Document::largest), "a larger file");
}

/// The offset of the first byte that is not part of a UTF-8 character (RFC 3629); npos where there is none.
std::size_t first_bad_byte(std::string_view text) {
  for (std::size_t index = 0; index < text.size();) {
    const auto length = decode_utf8(text.substr(index)).length;
    if (length == 0) return index;
    index += length;
  }
  return std::string_view::npos;
}

/// The offset of the bracket that nests deeper than we go; npos where none does. Sound on any text.
std::size_t first_too_deep(std::string_view text) {
  std::size_t depth = 0;
  bool in_text = false;
  for (std::size_t index = 0; index < text.size(); ++index) {
    const char letter = text[index];
    if (in_text) {
      if (letter == '\\') ++index;
      if (letter == '"') in_text = false;
    } else if (letter == '"') {
      in_text = true;
    } else if (letter == '{' || letter == '[') {
      if (++depth > Document::deepest) return index;
    } else if ((letter == '}' || letter == ']') && depth > 0) {
      --depth;
    }
  }
  return std::string_view::npos;
}

/// The parser's own words without its name, number and the place, which we say ourselves.
std::string parser_words(std::string_view what) {
  const auto begin = what.find(" - ");
  if (begin != std::string_view::npos) return std::string(what.substr(begin + 3));
  const auto colon = what.find("] ");
  return std::string(colon == std::string_view::npos ? what : what.substr(colon + 2));
}

/// Where the token begins whose last byte the parser complained of.
std::size_t token_start(std::string_view text, std::size_t last) {
  if (last >= text.size()) return text.size();
  const auto is_word = [&text](std::size_t at) {
    return std::isalnum(static_cast<unsigned char>(text[at])) != 0 ||
           std::string_view("+-.").find(text[at]) != std::string_view::npos;
  };
  if (text[last] == '"') {
    for (std::size_t at = last; at-- > 0 && text[at] != '\n';) {
      if (text[at] == '"' && (at == 0 || text[at - 1] != '\\')) return at;
    }
    return last;
  }
  while (last > 0 && is_word(last) && is_word(last - 1)) --last;
  return last;
}

}  // namespace

Document::Document(std::string file, Json root, Positions positions)
    : file_(std::move(file)), root_(std::make_shared<const Json>(std::move(root))), positions_(std::move(positions)) {}

std::optional<Document> Document::read(const std::filesystem::path& path, Diagnostics& diagnostics) {
  const std::string file = path.string();
  const auto text = slurp(path, file, diagnostics);
  return text ? parse(file, *text, diagnostics) : std::nullopt;
}

std::optional<Document> Document::parse(std::string file, std::string_view text, Diagnostics& diagnostics) {
  const auto refuse_at = [&](std::size_t offset, std::string expected, std::string found) -> std::optional<Document> {
    diagnostics.add({.file = file,
                     .place = place_of(text, offset),
                     .pointer = {},
                     .message = std::move(expected),
                     .found = std::move(found),
                     .nearest = {}});
    return std::nullopt;
  };
  if (const auto bad = first_bad_byte(text); bad != std::string_view::npos) {
    return refuse_at(bad, "expected UTF-8 text",
                     fmt::format("the byte 0x{:02x}", static_cast<unsigned char>(text[bad])));
  }
  if (const auto deep = first_too_deep(text); deep != std::string_view::npos) {
    return refuse_at(deep, fmt::format("expected at most {} levels of nesting", deepest), "a deeper one");
  }
  try {
    Json root = Json::parse(text);
    Positions positions(text);
    for (const auto& twice : positions.duplicates()) {
      diagnostics.add({.file = file,
                       .place = twice.second,
                       .pointer = twice.pointer,
                       .message = "expected each key once in its object",
                       .found = fmt::format("it a second time, first in line {}", twice.first.line),
                       .nearest = {}});
    }
    return Document(std::move(file), std::move(root), std::move(positions));
  } catch (const Json::parse_error& error) {
    return refuse_at(error.byte == 0 ? 0 : token_start(text, error.byte - 1), "expected JSON",
                     parser_words(error.what()));
  } catch (const Json::exception& error) {  // a number that no double can hold
    return refuse_at(0, "expected JSON", parser_words(error.what()));
  }
}

}  // namespace useipsec
