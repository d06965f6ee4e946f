#include "forge/checksum.h"

namespace useipsec {

namespace {

class Sum {
 public:
  void add(std::span<const std::uint8_t> bytes) {
    for (std::size_t index = 0; index < bytes.size(); ++index)
      sum_ += index % 2 == 0 ? static_cast<std::uint64_t>(bytes[index]) << 8U : bytes[index];
  }
  void add(std::uint64_t word) { sum_ += word; }
  std::uint16_t complement() const {
    auto sum = sum_;
    while ((sum >> 16U) != 0) sum = (sum & 0xffffU) + (sum >> 16U);
    return static_cast<std::uint16_t>(~sum);
  }

 private:
  std::uint64_t sum_ = 0;
};

}  // namespace

std::uint16_t internet_checksum(std::span<const std::uint8_t> bytes) {
  Sum sum;
  sum.add(bytes);
  return sum.complement();
}

std::uint16_t transport_checksum(const Address& source, const Address& destination, std::uint8_t protocol,
                                 std::span<const std::uint8_t> bytes) {
  Sum sum;
  sum.add(source.bytes());
  sum.add(destination.bytes());
  sum.add(bytes.size() >> 16U);  // IPv6 has 32 bits for the length; IPv4's is never as long
  sum.add(bytes.size() & 0xffffU);
  sum.add(protocol);
  sum.add(bytes);
  return sum.complement();
}

}  // namespace useipsec
