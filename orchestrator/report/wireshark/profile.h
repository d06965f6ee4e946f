#pragma once

#include <string>
#include <vector>

#include "report/stored_case.h"

namespace useipsec {

/// One file of a Wireshark configuration folder.
struct ProfileFile {
  std::string name, text;
};

/// A Wireshark configuration for one case: the keys of its SAs and, where an engine left them, of its IKE SAs, ESP
/// decrypted and checked, columns for interface, SPI and sequence number, colours by form. It holds keys.
struct WiresharkProfile {
  std::vector<ProfileFile> files;
  std::size_t sas = 0, ike_sas = 0;   ///< keys in it
  std::vector<std::string> left_out;  ///< sentences: SAs that Wireshark cannot decrypt
};

WiresharkProfile wireshark_profile(const StoredCase& stored);

/// The line that opens a case's capture with its profile, for a shell.
std::string wireshark_command(const std::filesystem::path& profile, const std::filesystem::path& capture);

}  // namespace useipsec
