#pragma once

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

namespace useipsec::openssl {

// OpenSSL's objects with owners, and its errors as ours. For the .cpp files of this folder alone.

template <auto release>
struct Release {
  template <class Object>
  void operator()(Object* object) const {
    release(object);
  }
};
using Bio = std::unique_ptr<BIO, Release<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Release<X509_free>>;
using RevocationList = std::unique_ptr<X509_CRL, Release<X509_CRL_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>>;
using Time = std::unique_ptr<ASN1_TIME, Release<ASN1_TIME_free>>;
using Integer = std::unique_ptr<ASN1_INTEGER, Release<ASN1_INTEGER_free>>;
using Bundle = std::unique_ptr<PKCS12, Release<PKCS12_free>>;

/// `done` as it is, where OpenSSL did what it was asked for; else an Error with its own words.
template <class Result>
Result checked(Result done, std::string_view what) {
  if (done) return done;
  char words[256] = "no reason given";
  if (const auto code = ERR_get_error(); code != 0) ERR_error_string_n(code, words, sizeof words);
  ERR_clear_error();
  throw Error(fmt::format("OpenSSL: {}: {}", what, words));
}

inline Bio memory() { return Bio(checked(BIO_new(BIO_s_mem()), "memory")); }

inline std::string bytes_of(const Bio& bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace useipsec::openssl
