#pragma once

#include <optional>
#include <string>
#include <vector>

#include "observe/observations.h"

namespace useipsec {

// Wireshark's table of SAs (the file esp_sa of its configuration), from what the kernels dumped. One line that it
// cannot read makes Wireshark drop the whole table, so what it does not know is left out and said.

struct EspSaTable {
  std::string text;                   ///< the file
  std::size_t sas = 0;                ///< lines in it
  std::vector<std::string> left_out;  ///< sentences
};

EspSaTable esp_sa_table(const Observations& observations);

/// How Wireshark spells an SA's encryption, from the kernel's name for it; nothing where it does not know it.
std::optional<std::string> wireshark_encryption(const SaRecord& sa);
/// The same for its integrity.
std::optional<std::string> wireshark_integrity(const SaRecord& sa);

}  // namespace useipsec
