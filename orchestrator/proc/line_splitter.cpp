#include "proc/line_splitter.h"

#include <utility>

namespace useipsec {

void LineSplitter::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    rest_.append(bytes.substr(0, end));
    if (end == std::string_view::npos) {
      if (rest_.size() >= limit) finish();
      return;
    }
    bytes.remove_prefix(end + 1);
    if (!rest_.empty() && rest_.back() == '\r') rest_.pop_back();
    const std::string line = std::exchange(rest_, {});
    if (on_line_) on_line_(line);
  }
}

void LineSplitter::finish() {
  if (rest_.empty()) return;
  const std::string line = std::exchange(rest_, {});
  if (on_line_) on_line_(line);
}

}  // namespace useipsec
