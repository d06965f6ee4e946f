#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "inside/letter.h"

namespace useipsec {

// One direction of a visit: a folder in which letters are files with ascending numbers. A letter is there while it is
// on its way; its reader takes the file away, and that is what tells the writer that there is room again. Files,
// because a guest sees the host's files, and the host a guest's, whole and in order, whereas a guest's serial line
// takes a system call for each byte (Linux, arch/um/drivers/chan_kern.c, chan_interrupt()) and is dead for good once a
// reader has fallen some 4 KiB behind (line.c: line_throttle() turns its interrupt off, and nothing turns it on again).

/// The bytes one letter carries at most; a writer's habit, not a limit of readers.
inline constexpr std::size_t letter_bytes = 65536;
/// How many letters a box holds before its writer waits.
inline constexpr std::uint64_t letters_on_the_way = 8;

class LetterWriter {
 public:
  explicit LetterWriter(std::filesystem::path box) : box_(std::move(box)) {}
  /// Puts the letter in, also where there is no room. Throws Error with the kernel's words.
  void put(const Letter& letter);
  /// Whether the box is not full; asked again when the reader took a letter.
  bool has_room();

 private:
  std::filesystem::path box_;
  std::uint64_t next_ = 1, oldest_ = 1;
};

class LetterReader {
 public:
  explicit LetterReader(std::filesystem::path box) : box_(std::move(box)) {}
  /// The next letter, which stays in the box; nothing where there is none. Throws Error.
  std::optional<Letter> look();
  /// Takes the letter away that look() gave.
  void take();

 private:
  std::filesystem::path box_;
  std::uint64_t next_ = 1;
};

}  // namespace useipsec
