#include "input/formats.h"

#include <algorithm>
#include <regex>

#include "base/address.h"

namespace useipsec {
namespace {

bool is_name(std::string_view text, std::size_t longest) {
  return !text.empty() && text.size() <= longest && text.front() != '-' &&
         std::all_of(text.begin(), text.end(), [](char letter) {
           return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-';
         });
}

bool is_prefix(std::string_view text) {
  return text.find('/') != std::string_view::npos && Prefix::parse(text).has_value();
}

bool is_pattern(std::string_view text) {
  if (text.empty() || text.size() > 200) return false;
  try {
    const std::regex compiled{std::string(text)};
    return true;
  } catch (const std::regex_error&) {
    return false;
  }
}

bool all_of_set(std::string_view text, std::size_t longest, bool (*allowed)(char)) {
  return !text.empty() && text.size() <= longest && std::all_of(text.begin(), text.end(), allowed);
}

bool is_token_letter(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
         std::string_view("._:@/-").find(letter) != std::string_view::npos;
}

bool is_secret_letter(char letter) {
  return letter >= ' ' && letter <= '~' && letter != '"' && letter != '\'' && letter != '\\';
}

}  // namespace

TextFormat name_format() {
  return {"a name of 1 to 40 lower-case letters, digits and -", "^[a-z0-9][a-z0-9-]{0,39}$",
          [](std::string_view text) { return is_name(text, 40); }};
}

TextFormat name_pattern_format() {
  return {"a name, or r* for all whose names are r and a number", "^[a-z0-9][a-z0-9-]{0,39}[*]?$",
          [](std::string_view text) {
            if (text.ends_with('*')) text.remove_suffix(1);
            return is_name(text, 40);
          }};
}

TextFormat interface_name_format() {
  return {"a name of 1 to 15 lower-case letters, digits and -", "^[a-z0-9][a-z0-9-]{0,14}$",
          [](std::string_view text) { return is_name(text, 15); }};
}

TextFormat address_format() {
  return {"an IPv4 or IPv6 address", "^[0-9a-fA-F:.]+$",
          [](std::string_view text) { return Address::parse(text).has_value(); }};
}

TextFormat prefix_format() {
  return {"an IPv4 or IPv6 prefix such as 192.0.2.0/24", "^[0-9a-fA-F:.]+/[0-9]{1,3}$", is_prefix};
}

TextFormat address_or_prefix_format() {
  return {"an address, or an address with its prefix length", "^[0-9a-fA-F:.]+(/[0-9]{1,3})?$",
          [](std::string_view text) { return Prefix::parse(text).has_value(); }};
}

TextFormat pattern_format() { return {"a regular expression of at most 200 characters", "^[^]{1,200}$", is_pattern}; }

TextFormat token_format() {
  return {"1 to 128 letters, digits and . _ : @ / -", "^[A-Za-z0-9._:@/-]{1,128}$",
          [](std::string_view text) { return all_of_set(text, 128, is_token_letter); }};
}

TextFormat secret_format() {
  return {"1 to 200 printable ASCII characters without quotes and backslashes", "^[ !#-&(-\\[\\]-~]{1,200}$",
          [](std::string_view text) { return all_of_set(text, 200, is_secret_letter); }};
}

}  // namespace useipsec
