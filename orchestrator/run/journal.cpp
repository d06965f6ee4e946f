#include "run/journal.h"

#include <nlohmann/json.hpp>

namespace useipsec {

using nlohmann::json;

JournalWriter::JournalWriter(const std::filesystem::path& file) : stream_(file, std::ios::app) {}

void JournalWriter::write(const json& event) {
  stream_ << event.dump(-1, ' ', false, json::error_handler_t::replace) + "\n" << std::flush;
}

void JournalReader::read(const std::function<void(const json&)>& on_event) {
  std::ifstream stream(file_, std::ios::binary);
  if (!stream) return;  // not begun yet
  stream.seekg(offset_);
  std::string line;
  while (std::getline(stream, line) && !stream.eof()) {
    offset_ += static_cast<std::streamoff>(line.size()) + 1;
    const auto event = json::parse(line, nullptr, false);
    if (!event.is_discarded()) on_event(event);
  }
}

}  // namespace useipsec
