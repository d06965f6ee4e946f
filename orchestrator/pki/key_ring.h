#pragma once

#include <openssl/types.h>

#include <filesystem>
#include <memory>
#include <string>

#include "profile/profile.h"

namespace useipsec {

using PrivateKey = std::shared_ptr<EVP_PKEY>;

/// Private keys in a folder, made when they are first asked for, so that a run makes each once and all its cases and
/// workers use it. They protect nothing but a lab.
class KeyRing {
 public:
  explicit KeyRing(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// The key of that kind for `stem`. Throws Error where it can neither be read nor made.
  PrivateKey key(const std::string& stem, KeyKind kind);

 private:
  std::filesystem::path folder_;
};

/// A private key as PEM (PKCS #8), without a password.
std::string pem_of(const PrivateKey& key);

}  // namespace useipsec
