#include "probe/ftp_command.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace useipsec {

namespace {

constexpr std::string_view port_word = "PORT ", passive_words = "227 Entering Passive Mode (";

std::string six_numbers(const SocketEndpoint& at) {
  std::string text;
  for (const auto byte : at.address.bytes()) text += fmt::format("{},", byte);
  return text + fmt::format("{},{}", at.port >> 8U, at.port & 0xffU);
}

/// All of `text`, and nothing more.
std::optional<SocketEndpoint> read_six_numbers(std::string_view text) {
  std::array<std::uint8_t, 6> numbers{};
  for (std::size_t index = 0; index < numbers.size(); ++index) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), numbers.at(index));
    if (error != std::errc{}) return {};
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const bool last = index + 1 == numbers.size();
    if (last ? !text.empty() : !text.starts_with(',')) return {};
    if (!last) text.remove_prefix(1);
  }
  return SocketEndpoint{.address = Address(std::span(numbers).first(4)),
                        .port = static_cast<std::uint16_t>(numbers[4] << 8U | numbers[5])};
}

}  // namespace

std::string port_command(const SocketEndpoint& at) { return std::string(port_word) + six_numbers(at); }

std::optional<SocketEndpoint> read_port_command(std::string_view line) {
  if (!line.starts_with(port_word)) return {};
  return read_six_numbers(line.substr(port_word.size()));
}

std::string passive_reply(const SocketEndpoint& at) { return std::string(passive_words) + six_numbers(at) + ")"; }

std::optional<SocketEndpoint> read_passive_reply(std::string_view line) {
  if (!line.starts_with(passive_words) || !line.ends_with(')')) return {};
  return read_six_numbers(line.substr(passive_words.size(), line.size() - passive_words.size() - 1));
}

}  // namespace useipsec
