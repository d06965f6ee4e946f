#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "input/diagnostic.h"

namespace useipsec {

/// The place of byte `offset` of `text`.
Place place_of(std::string_view text, std::size_t offset);

/// A key written a second time in the same object: the last one would silently win.
struct DuplicateKey {
  std::string pointer;
  Place first;
  Place second;
};

/// Where each value of a JSON text is written.
class Positions {
 public:
  Positions() = default;
  /// `text` is a JSON text that the parser accepted, nested no deeper than the caller can recurse.
  explicit Positions(std::string_view text);

  /// The place of the value at `pointer`, else of the nearest value around it.
  Place value(std::string_view pointer) const;
  /// The place of the key that leads to `pointer`; for an array's element the element.
  Place key(std::string_view pointer) const;
  const std::vector<DuplicateKey>& duplicates() const { return duplicates_; }

 private:
  friend class PositionScanner;
  struct Entry {
    Place key;
    Place value;
  };
  std::unordered_map<std::string, Entry> entries_;
  std::vector<DuplicateKey> duplicates_;
};

}  // namespace useipsec
