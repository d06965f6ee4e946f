#pragma once

#include <netlink/attr.h>
#include <netlink/msg.h>
#include <sys/socket.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/address.h"

namespace useipsec {

/// AF_INET or AF_INET6.
constexpr std::uint8_t family_number(Family family) { return family == Family::v4 ? AF_INET : AF_INET6; }

/// One netlink request being written. `what` names its object for errors: "link wan".
class Message {
 public:
  Message(int type, int flags, std::string what);

  template <class Header>
  Header& header() {
    return *static_cast<Header*>(nlmsg_reserve(message_.get(), sizeof(Header), NLMSG_ALIGNTO));
  }
  /// As the family's fixed header: zeroed.
  template <class Header>
  Message& with(const Header& value) {
    header<Header>() = value;
    return *this;
  }
  Message& put(int attribute, std::span<const std::uint8_t> bytes);
  Message& put(int attribute, const std::string& text);  ///< with its final zero
  Message& put(int attribute, const Address& address) { return put(attribute, address.bytes()); }
  template <class Value>
  requires std::is_trivially_copyable_v<Value> Message& value(int attribute, const Value& bytes) {
    return put(attribute, std::span(reinterpret_cast<const std::uint8_t*>(&bytes), sizeof bytes));
  }
  Message& nest(int attribute);  ///< begins a nested attribute; ended by end()
  Message& end();

  nl_msg* get() const { return message_.get(); }
  const std::string& what() const { return what_; }

 private:
  struct Free {
    void operator()(nl_msg* message) const { nlmsg_free(message); }
  };
  std::unique_ptr<nl_msg, Free> message_;
  std::string what_;
  std::vector<nlattr*> open_;
};

}  // namespace useipsec
