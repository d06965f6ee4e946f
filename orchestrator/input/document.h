#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "input/diagnostic.h"
#include "input/positions.h"

namespace useipsec {

/// The order of members is that of the file: it decides the order of nodes, links and cases.
using Json = nlohmann::ordered_json;

/// A JSON text, its value, and where each part of it is written.
class Document {
 public:
  static constexpr std::size_t largest = std::size_t{4} * 1024 * 1024;  ///< bytes
  static constexpr std::size_t deepest = 48;                            ///< levels of nesting

  /// Nothing, with the reasons in `diagnostics`, where the file cannot be read or is not one JSON value in UTF-8.
  static std::optional<Document> read(const std::filesystem::path& path, Diagnostics& diagnostics);
  /// The same for a text; `file` is the name that complaints give.
  static std::optional<Document> parse(std::string file, std::string_view text, Diagnostics& diagnostics);

  const std::string& file() const { return file_; }
  const Json& root() const { return *root_; }
  const Positions& positions() const { return positions_; }

 private:
  Document(std::string file, Json root, Positions positions);
  std::string file_;
  std::shared_ptr<const Json> root_;
  Positions positions_;
};

}  // namespace useipsec
