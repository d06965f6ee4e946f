#include "engine/strongswan/control.h"

#include <fmt/format.h>

#include "base/unix_stream.h"

namespace useipsec {
namespace {

enum Packet : char { command_request = 0, command_response = 1, command_unknown = 2 };

constexpr std::size_t header_size = 4;       // the length of what follows, big-endian
constexpr std::size_t longest = 512 * 1024;  // vici_socket.c refuses more, and so do we

std::string packet(const ViciRequest& request) {
  std::string body;
  body.push_back(command_request);
  body += static_cast<char>(request.command.size());
  body += request.command + vici_encoded(request.message);
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(body.size() >> shift & 0xff);
  return bytes + body;
}

/// One packet without its header, from `stream`.
Result<std::string> receive_packet(const UnixStream& stream) {
  std::string bytes;
  for (;;) {
    if (bytes.size() >= header_size) {
      std::size_t size = 0;
      for (std::size_t i = 0; i < header_size; ++i) size = size << 8 | static_cast<unsigned char>(bytes[i]);
      if (size == 0 || size > longest)
        return failure(Error(fmt::format("charon announces a packet of {} octets", size)));
      if (bytes.size() >= header_size + size) return bytes.substr(header_size, size);
    }
    auto more = stream.receive();
    if (!more) return more;
    bytes += *more;
  }
}

Result<ViciSection> converse(const std::string& path, const ViciRequest& request, UnixStream::Clock::time_point until) {
  const auto stream = UnixStream::connect(path, until);
  if (!stream) return failure(stream.error());
  if (auto sent = stream->send(packet(request)); !sent) return failure(sent.error());
  const auto answer = receive_packet(*stream);
  if (!answer) return failure(answer.error());
  if (answer->front() == command_unknown) return failure(Error("charon does not know this command"));
  if (answer->front() != command_response)
    return failure(Error(fmt::format("charon answered with a packet of kind {}", static_cast<int>(answer->front()))));
  auto message = vici_decoded(std::string_view(*answer).substr(1));
  if (message && message->value("success") == "no") return failure(Error("charon said: " + message->value("errmsg")));
  return message;
}

}  // namespace

Result<ViciSection> ask_charon(const std::string& path, const ViciRequest& request,
                               std::chrono::milliseconds deadline) {
  auto answer = converse(path, request, UnixStream::Clock::now() + deadline);
  if (!answer) return failure(answer.error().within(request.command));
  return answer;
}

}  // namespace useipsec
