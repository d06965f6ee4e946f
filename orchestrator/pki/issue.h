#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "pki/key_ring.h"
#include "pki/plan.h"

namespace useipsec {

/// One file of a case's PKI, named as pki/plan.h says.
struct IssuedFile {
  std::string path;
  std::string bytes;
  bool secret = false;  ///< holds a private key
};

/// Carries a plan out: certificates and the keys of nodes as PEM, a bundle for each node, lists as DER. What is valid
/// is so around `now`: two days ago to ten days from now, authorities for a month each way; what has expired did so
/// yesterday, what is not valid yet will be in three days. Throws Error where OpenSSL cannot.
std::vector<IssuedFile> issue(const PkiPlan& plan, KeyRing& keys, std::chrono::system_clock::time_point now);

}  // namespace useipsec
