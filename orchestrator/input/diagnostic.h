#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace useipsec {

/// Where a value is written. Lines and columns count from 1, columns in characters; 0: the file as a whole.
struct Place {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  auto operator<=>(const Place&) const = default;
};

/// One thing that is wrong with a file.
struct Diagnostic {
  std::string file;
  Place place;
  std::string pointer;  ///< RFC 6901; empty: the whole document
  std::string message;  ///< what was expected
  std::string found;    ///< what was found instead, ready to print; empty: said by the message
  std::string nearest;  ///< the valid word that was probably meant; empty: none is near
  auto operator<=>(const Diagnostic&) const = default;
};

/// `scenarios/x.json:12:7: /flows/ping/kind: expected one of icmp, udp; found "ipcm"; did you mean "icmp"?`
std::string to_string(const Diagnostic& diagnostic);

/// All that is wrong with the files of one reading, each said once.
class Diagnostics {
 public:
  void add(Diagnostic diagnostic);
  void add(const Diagnostics& others);
  bool empty() const { return all_.empty(); }
  /// In the order of the files' first complaint, then by place.
  std::vector<Diagnostic> sorted() const;
  /// One line each, sorted.
  std::string text() const;
  /// An array of {file, line, column, pointer, message, found, nearest}, sorted.
  nlohmann::ordered_json json() const;

 private:
  std::vector<Diagnostic> all_;
};

/// A JSON value as a complaint quotes it: `"ipcm"`, `5`, `an object`; long texts are cut.
std::string quoted(const nlohmann::ordered_json& value);
/// The same with its type: `the text "7001"`, `the number 5`.
std::string quoted_with_type(const nlohmann::ordered_json& value);
/// `text` in quotes, control characters escaped, cut where it is long.
std::string quoted_text(std::string_view text);

}  // namespace useipsec
