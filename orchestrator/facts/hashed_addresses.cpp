#include "facts/hashed_addresses.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>

#include "base/error.h"
#include "wire/nat_detection.h"

namespace useipsec {

namespace {

constexpr std::uint16_t port_ike = 500, port_ike_natt = 4500;

/// IKEv2 knows SHA-1 only; IKEv1 takes the function that the peers agreed on.
const EVP_MD* function_of(std::size_t hash_bytes) {
  switch (hash_bytes) {
    case 16:
      return EVP_md5();
    case 20:
      return EVP_sha1();
    case 32:
      return EVP_sha256();
    case 48:
      return EVP_sha384();
    case 64:
      return EVP_sha512();
    default:
      return nullptr;
  }
}

/// Compares the hash of one candidate after another.
class Guess {
 public:
  Guess(std::span<const std::uint8_t> spis, std::span<const std::uint8_t> hash, std::uint16_t port)
      : function_(function_of(hash.size())), hash_(hash), port_(port), context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    input_.assign(spis.begin(), spis.end());
    if (!context_) throw Error("EVP_MD_CTX_new failed");
  }

  bool possible() const { return function_ != nullptr && input_.size() == 16; }
  std::uint64_t tried() const { return tried_; }

  bool fits(std::span<const std::uint8_t> address) {
    for (const auto port : {port_, std::uint16_t{0}}) {
      input_.resize(16);
      input_.insert(input_.end(), address.begin(), address.end());
      input_.push_back(static_cast<std::uint8_t>(port >> 8U));
      input_.push_back(static_cast<std::uint8_t>(port));
      ++tried_;
      std::array<std::uint8_t, EVP_MAX_MD_SIZE> made;
      if (EVP_DigestInit_ex2(context_.get(), function_, nullptr) != 1 ||
          EVP_DigestUpdate(context_.get(), input_.data(), input_.size()) != 1 ||
          EVP_DigestFinal_ex(context_.get(), made.data(), nullptr) != 1)
        throw Error("a digest of OpenSSL failed");
      if (std::equal(hash_.begin(), hash_.end(), made.begin())) return true;
    }
    return false;
  }

 private:
  const EVP_MD* function_;
  std::span<const std::uint8_t> hash_;
  std::uint16_t port_;
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
  std::vector<std::uint8_t> input_;
  std::uint64_t tried_ = 0;
};

struct Range {
  std::uint32_t first, last;
};
constexpr std::array<Range, 3> private_ranges{
    {{0xc0a80000, 0xc0a8ffff}, {0xac100000, 0xac1fffff}, {0x0a000000, 0x0affffff}}};  // RFC 1918, the small ones first

}  // namespace

AddressSearch search_address(std::span<const std::uint8_t> spis, std::span<const std::uint8_t> hash,
                             const Address& shown, std::uint16_t port) {
  Guess guess(spis, hash, port);
  if (!guess.possible()) return {};
  if (guess.fits(shown.bytes())) return {shown, guess.tried()};
  if (shown.family() == Family::v6) return {std::nullopt, guess.tried()};
  for (const auto& range : private_ranges) {
    for (std::uint32_t number = range.first; number <= range.last; ++number) {
      const std::array<std::uint8_t, 4> bytes{
          static_cast<std::uint8_t>(number >> 24U), static_cast<std::uint8_t>(number >> 16U),
          static_cast<std::uint8_t>(number >> 8U), static_cast<std::uint8_t>(number)};
      if (guess.fits(bytes)) return {Address(std::span<const std::uint8_t>(bytes)), guess.tried()};
    }
  }
  return {std::nullopt, guess.tried()};
}

std::vector<HashedAddressFact> hashed_addresses(const Captures& captures) {
  std::vector<HashedAddressFact> facts;
  std::map<std::vector<std::uint8_t>, AddressSearch> searched;  // a message crosses several links
  std::map<std::vector<std::uint8_t>, std::vector<std::string>> seen;
  for (const auto& file : captures.files)
    for (const auto& packet : file.packets())
      for (const auto& each : nat_detections(packet)) {
        if (!each.of_source || !packet.source || !packet.destination_port) continue;
        std::vector<std::uint8_t> key(each.spis.begin(), each.spis.end());
        key.insert(key.end(), each.hash.begin(), each.hash.end());
        auto& links = seen[key];
        if (std::find(links.begin(), links.end(), file.link()) != links.end()) continue;
        links.push_back(file.link());
        const auto found = searched.find(key);
        // Behind its NAT the sender uses the port that it writes to.
        const auto own_port =
            packet.destination_port == port_ike_natt || packet.source_port == port_ike_natt ? port_ike_natt : port_ike;
        const auto search =
            found != searched.end() ? found->second : search_address(each.spis, each.hash, *packet.source, own_port);
        searched.emplace(std::move(key), search);
        facts.push_back({file.link(), *packet.source, search.address, search.tried});
      }
  return facts;
}

}  // namespace useipsec
