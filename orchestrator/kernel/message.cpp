#include "kernel/message.h"

#include "base/error.h"

namespace useipsec {

Message::Message(int type, int flags, std::string what) : message_(nlmsg_alloc_size(4096)), what_(std::move(what)) {
  nlmsg_put(message_.get(), NL_AUTO_PORT, NL_AUTO_SEQ, type, 0, flags | NLM_F_REQUEST);
}

Message& Message::put(int attribute, std::span<const std::uint8_t> bytes) {
  if (nla_put(message_.get(), attribute, static_cast<int>(bytes.size()), bytes.data()) < 0)
    throw Error(what_ + ": the netlink message is full");
  return *this;
}

Message& Message::put(int attribute, const std::string& text) {
  return put(attribute, std::span(reinterpret_cast<const std::uint8_t*>(text.c_str()), text.size() + 1));
}

Message& Message::nest(int attribute) {
  open_.push_back(nla_nest_start(message_.get(), attribute));
  return *this;
}

Message& Message::end() {
  nla_nest_end(message_.get(), open_.back());
  open_.pop_back();
  return *this;
}

}  // namespace useipsec
