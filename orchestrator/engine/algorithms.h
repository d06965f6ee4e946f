#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "profile/profile.h"

namespace useipsec {

/// An encryption algorithm under its names.
struct Encryption {
  std::string_view name;        ///< in profiles
  std::string_view libreswan;   ///< in esp=
  std::string_view strongswan;  ///< in esp_proposals
  std::string_view kernel;      ///< crypto API
  std::uint32_t key_bits;       ///< salt included
  std::uint32_t icv_bits;       ///< not 0: AEAD, brings its own integrity
};

/// An integrity algorithm under its names.
struct Integrity {
  std::string_view name, libreswan, strongswan, kernel;
  std::uint32_t key_bits;
  std::uint32_t truncation_bits;
};

/// Null where the word is not known.
const Encryption* find_encryption(std::string_view name);
const Integrity* find_integrity(std::string_view name);

/// What the profile asks of its child SAs once defaults are filled in (RFC 8221: AES-CBC 128 with HMAC-SHA2-256-128).
/// `encryption` is null for AH; `integrity` is null where the cipher is an AEAD or none is wanted. Of a bundle each of
/// the two has its own; an IKE daemon's proposal is the first's.
struct Suite {
  const Encryption* encryption = nullptr;
  const Integrity* integrity = nullptr;
};
Suite suite_of(const Profile& profile, Protocol protocol);
Suite suite_of(const Profile& profile);

/// The suite as a daemon writes it, by the names in the given columns: "aes128-sha2_256".
std::string proposal_text(const Suite& suite, std::string_view Encryption::*encryption,
                          std::string_view Integrity::*integrity);

/// Whether the profile names algorithms, or takes any away; else the daemon's own defaults do.
bool names_algorithms(const Profile& profile);

/// Why the profile's algorithm names cannot be carried out; nothing where they can.
std::optional<std::string> unknown_algorithm(const Profile& profile);

}  // namespace useipsec
