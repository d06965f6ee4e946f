#include "input/nearest_word.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

namespace useipsec {
namespace {

constexpr std::size_t longest_word = 64;  // longer texts are not misspelt words
constexpr std::size_t most_listed = 16;

char lower(char letter) { return static_cast<char>(std::tolower(static_cast<unsigned char>(letter))); }

}  // namespace

std::size_t edit_distance(std::string_view left, std::string_view right) {
  const std::size_t width = right.size() + 1;
  std::vector<std::size_t> before_last(width), last(width), current(width);
  for (std::size_t column = 0; column < width; ++column) last[column] = column;
  for (std::size_t row = 1; row <= left.size(); ++row) {
    current[0] = row;
    for (std::size_t column = 1; column < width; ++column) {
      const bool same = lower(left[row - 1]) == lower(right[column - 1]);
      current[column] = std::min({last[column] + 1, current[column - 1] + 1, last[column - 1] + (same ? 0 : 1)});
      const bool swapped = row > 1 && column > 1 && lower(left[row - 1]) == lower(right[column - 2]) &&
                           lower(left[row - 2]) == lower(right[column - 1]);
      if (swapped) current[column] = std::min(current[column], before_last[column - 2] + 1);
    }
    std::swap(before_last, last);
    std::swap(last, current);
  }
  return last[width - 1];
}

std::string nearest_word(std::string_view written, const std::vector<std::string>& valid) {
  if (written.empty() || written.size() > longest_word) return {};
  std::string nearest;
  std::size_t least = longest_word;
  for (const auto& word : valid) {
    if (word.size() > longest_word) continue;
    const std::size_t distance = edit_distance(written, word);
    // Half of the letters may be wrong, three at most: enough for a slip, too little for a different word.
    const std::size_t limit = std::clamp<std::size_t>(std::max(written.size(), word.size()) / 2, 1, 3);
    if (distance <= limit && distance < least) {
      least = distance;
      nearest = word;
    }
  }
  return nearest;
}

std::string listed(const std::vector<std::string>& words) {
  if (words.size() <= most_listed) return fmt::format("{}", fmt::join(words, ", "));
  return fmt::format("{} and {} more", fmt::join(words.begin(), words.begin() + most_listed, ", "),
                     words.size() - most_listed);
}

}  // namespace useipsec
