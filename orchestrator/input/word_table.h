#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace useipsec {

/// The words that files use for the values of an enumeration, in the order in which complaints list them.
template <class Value, std::size_t count>
using WordTable = std::array<std::pair<std::string_view, Value>, count>;

template <class Value, std::size_t count>
std::vector<std::string> words_of(const WordTable<Value, count>& table) {
  std::vector<std::string> words;
  for (const auto& entry : table) words.emplace_back(entry.first);
  return words;
}

/// The value of a word that the check accepted; the table's first value for any other.
template <class Value, std::size_t count>
Value value_of(const WordTable<Value, count>& table, std::string_view word) {
  for (const auto& entry : table) {
    if (entry.first == word) return entry.second;
  }
  return table.front().second;
}

template <class Value, std::size_t count>
std::string word_of(const WordTable<Value, count>& table, Value value) {
  for (const auto& entry : table) {
    if (entry.second == value) return std::string(entry.first);
  }
  return {};
}

}  // namespace useipsec
