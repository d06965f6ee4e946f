#include "pki/key_ring.h"

#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <random>

#include "base/files.h"
#include "pki/openssl_objects.h"
#include "profile/profile_words.h"

namespace fs = std::filesystem;

namespace useipsec {
namespace {

using openssl::checked;

PrivateKey owned(EVP_PKEY* key) { return {key, EVP_PKEY_free}; }

PrivateKey make(KeyKind kind) {
  switch (kind) {
    case KeyKind::ecdsa_p256:
      return owned(checked(EVP_EC_gen("P-256"), "making an ECDSA key"));
    case KeyKind::ecdsa_p384:
      return owned(checked(EVP_EC_gen("P-384"), "making an ECDSA key"));
    case KeyKind::rsa_2048:
      return owned(checked(EVP_RSA_gen(2048U), "making an RSA key"));
    case KeyKind::rsa_3072:
      return owned(checked(EVP_RSA_gen(3072U), "making an RSA key"));
    case KeyKind::rsa_4096:
      return owned(checked(EVP_RSA_gen(4096U), "making an RSA key"));
  }
  throw Error("a key of no known kind");
}

PrivateKey read(const std::string& pem) {
  const openssl::Bio bio(checked(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), "reading a key"));
  return owned(checked(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr), "reading a key"));
}

}  // namespace

PrivateKey KeyRing::key(const std::string& stem, KeyKind kind) {
  const auto file = folder_ / (stem + "." + word_of(key_kind_words, kind));
  if (fs::exists(file)) return read(read_text(file));
  auto made = make(kind);
  fs::create_directories(file.parent_path());
  // Two workers may make it at once, each beside the file and under a name of its own: the later one stays, and what
  // the earlier issued with its own is whole as well.
  std::random_device random;
  const fs::path beside = fmt::format("{}.{:08x}{:08x}", file.string(), random(), random());
  write_text(beside, pem_of(made));
  fs::rename(beside, file);
  return made;
}

std::string pem_of(const PrivateKey& key) {
  const auto bio = openssl::memory();
  checked(PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr), "writing a key");
  return openssl::bytes_of(bio);
}

}  // namespace useipsec
