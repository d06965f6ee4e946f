#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace useipsec {

/// What a frame says. Between a visitor (`lab shell`, `lab exec`), the gate that lets it in, and the agent beside the lab.
enum class FrameKind : std::uint8_t {
  open = 1,      ///< visitor: start this program (ProgramRequest as JSON)
  input,         ///< visitor: bytes for its standard input
  end_input,     ///< visitor: there is no more
  resize,        ///< visitor: rows and columns, "24 80"
  signal,        ///< visitor: a signal's number for the program's process group
  gone,          ///< gate: the visitor has left
  stop,          ///< visitor or gate: end the pause
  output,        ///< agent: bytes of standard output, or of the terminal
  error_output,  ///< agent: bytes of standard error
  credit,        ///< either: this many bytes were taken, as decimal text
  exit,          ///< agent: the program's exit code, as decimal text (128 + signal)
  refused,       ///< agent or gate: why it was not started: exit code, a space, words
  held,          ///< agent: the lab waits (HeldLab as JSON); session 0
  released,      ///< agent: the lab goes on to its end; session 0
};

/// The unit of the one byte stream over which several visits share a lab.
struct Frame {
  FrameKind kind = FrameKind::stop;
  std::uint32_t session = 0;
  std::string payload = {};
  bool operator==(const Frame&) const = default;
};

/// How many bytes one side may send in a session before the other has taken them: bounds every buffer on the way.
inline constexpr std::size_t session_window = 65536;

/// Kind (1 byte), session (4), length of the payload (4), both most significant byte first; the payload.
std::string encode(const Frame& frame);

/// Cuts a byte stream into frames.
class FrameReader {
 public:
  /// Throws Error where the stream is no stream of frames.
  void feed(std::string_view bytes);
  /// Takes the next whole frame; false where there is none.
  bool next(Frame& frame);

 private:
  std::string pending_;
};

}  // namespace useipsec
