#pragma once

#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace useipsec {

/// A worker's side: one JSON object a line, written whole, so that a killed worker keeps what it said.
class JournalWriter {
 public:
  explicit JournalWriter(const std::filesystem::path& file);
  void write(const nlohmann::json& event);

 private:
  std::ofstream stream_;
};

/// The supervisor's side: reads what was added since the last call. A half-written last line waits for its end.
class JournalReader {
 public:
  explicit JournalReader(std::filesystem::path file) : file_(std::move(file)) {}
  void read(const std::function<void(const nlohmann::json&)>& on_event);

 private:
  std::filesystem::path file_;
  std::streamoff offset_ = 0;
};

}  // namespace useipsec
