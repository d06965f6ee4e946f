#pragma once

#include <string>
#include <string_view>

namespace useipsec {

/// The JSON pointer (RFC 6901) of member `key` below `pointer`, with "~" and "/" escaped.
std::string child(std::string_view pointer, std::string_view key);
/// The JSON pointer of the element `index` below `pointer`.
std::string child(std::string_view pointer, std::size_t index);
/// The pointer one level up; "" for the root itself.
std::string_view parent(std::string_view pointer);
/// True where `pointer` is `ancestor` or lies below it.
bool within(std::string_view pointer, std::string_view ancestor);

}  // namespace useipsec
