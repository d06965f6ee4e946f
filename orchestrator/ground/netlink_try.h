#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace useipsec {

/// One netlink request for a probe. The probes stand below the libraries that build labs, and their answers are wanted
/// even where those fail, so they write their few messages by themselves.
class TryMessage {
 public:
  TryMessage(int type, int flags);
  TryMessage& append(const void* bytes, std::size_t size);  ///< the fixed header of the family
  TryMessage& put(int attribute, const void* bytes, std::size_t size);
  TryMessage& put(int attribute, const std::string& text) { return put(attribute, text.c_str(), text.size() + 1); }
  /// The bytes, with the length filled in.
  const std::vector<char>& finish();

 private:
  void pad();
  std::vector<char> bytes_;
};

/// What the kernel answered to a request.
struct Answer {
  int code = 0;      ///< errno; 0 where it agreed
  std::string said;  ///< its extended acknowledgement and errno's text; "accepted" where it agreed
};

/// Sends one request on a new socket of `protocol` in the caller's network namespace and reads its acknowledgement.
Answer try_request(int protocol, TryMessage& message);

}  // namespace useipsec
