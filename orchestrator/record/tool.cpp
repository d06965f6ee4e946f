#include <fmt/chrono.h>

#include <ctime>
#include <fstream>

#include "commit.h"
#include "record/record.h"

namespace useipsec {

std::string tool_commit() { return USEIPSEC_COMMIT; }

std::vector<std::string> own_command() {
  std::vector<std::string> words;
  std::ifstream stream("/proc/self/cmdline", std::ios::binary);
  for (std::string word; std::getline(stream, word, '\0');) words.push_back(word);
  return words;
}

std::string utc_now() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))); }

}  // namespace useipsec
