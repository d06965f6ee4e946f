#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/error.h"

namespace useipsec {

/// A place in a JSON document we wrote ourselves, with the pointer that leads to it (RFC 6901). Every reader checks
/// type and range and throws Error (invalid) naming the pointer, what was expected and what was found.
class JsonPlace {
 public:
  JsonPlace(const nlohmann::json& value, std::string pointer) : value_(value), pointer_(std::move(pointer)) {}

  const nlohmann::json& value() const { return value_; }

  JsonPlace member(const std::string& name) const {
    if (!value_.is_object()) fail("an object");
    const auto found = value_.find(name);
    if (found == value_.end())
      throw Error(fmt::format("{}: there is no member \"{}\"", shown(), name), ExitCode::invalid);
    return {*found, pointer_ + "/" + escaped(name)};
  }

  /// A member that older or newer files may lack.
  std::optional<JsonPlace> find(const std::string& name) const {
    if (!value_.is_object()) fail("an object");
    const auto found = value_.find(name);
    return found == value_.end() ? std::nullopt : std::optional(JsonPlace(*found, pointer_ + "/" + escaped(name)));
  }

  std::string text() const {
    if (!value_.is_string()) fail("a string");
    return value_.get_ref<const std::string&>();
  }
  bool truth() const {
    if (!value_.is_boolean()) fail("true or false");
    return value_.get<bool>();
  }
  double number() const {
    if (!value_.is_number()) fail("a number");
    return value_.get<double>();
  }
  template <class T>
  T natural() const {
    if (!value_.is_number_unsigned() && !(value_.is_number_integer() && value_.get<std::int64_t>() >= 0))
      fail("a whole number, not negative");
    const auto wide = value_.get<std::uint64_t>();
    if (wide > std::numeric_limits<T>::max()) fail(fmt::format("at most {}", std::numeric_limits<T>::max()));
    return static_cast<T>(wide);
  }

  /// What `read` makes of each element.
  template <class Read>
  auto list(Read read) const {
    if (!value_.is_array()) fail("an array");
    std::vector<std::decay_t<decltype(read(*this))>> result;
    result.reserve(value_.size());
    for (std::size_t index = 0; index < value_.size(); ++index)
      result.push_back(read(JsonPlace(value_[index], fmt::format("{}/{}", pointer_, index))));
    return result;
  }
  /// What `read` makes of each member.
  template <class Read>
  auto map(Read read) const {
    if (!value_.is_object()) fail("an object");
    std::map<std::string, std::decay_t<decltype(read(*this))>> result;
    for (const auto& [name, each] : value_.items())
      result.emplace(name, read(JsonPlace(each, pointer_ + "/" + escaped(name))));
    return result;
  }

  /// Requires the text `name`/1. A higher number is the mark of a newer program, which the complaint then says.
  void require_schema(const std::string& name) const {
    const auto found = text();
    if (found == name + "/1") return;
    const bool other_version = found.size() > name.size() + 1 && found.compare(0, name.size() + 1, name + "/") == 0;
    fail(fmt::format("\"{}/1\"{}", name,
                     other_version
                         ? ", which is all that this program reads (read it with the useipsec that wrote it, or "
                           "run its cases again with this one)"
                         : ""));
  }

  [[noreturn]] void fail(const std::string& expected) const {
    auto found = value_.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
    if (found.size() > 40) found = found.substr(0, 40) + "...";
    throw Error(fmt::format("{}: expected {}, found {}", shown(), expected, found), ExitCode::invalid);
  }

 private:
  std::string shown() const { return pointer_.empty() ? "the document" : pointer_; }
  static std::string escaped(const std::string& name) {
    std::string result;
    for (const char c : name) result += c == '~' ? std::string("~0") : c == '/' ? std::string("~1") : std::string(1, c);
    return result;
  }

  const nlohmann::json& value_;
  std::string pointer_;
};

}  // namespace useipsec
