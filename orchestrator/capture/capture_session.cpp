#include "capture/capture_session.h"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "base/error.h"
#include "capture/interface_capture.h"

namespace useipsec {

struct CaptureSession::Entry {
  std::string link, node, file;
  std::unique_ptr<InterfaceCapture> capture = nullptr;
};

CaptureSession::CaptureSession(Loop& loop, const RunInNode& run_in_node, const Topology& topology,
                               const std::filesystem::path& case_folder, const CaptureOptions& options)
    : case_folder_(case_folder) {
  std::filesystem::create_directories(case_folder / "captures");
  // One visit to each node: a visit costs a thread's switch, not the capture.
  std::map<std::string, std::vector<std::size_t>> by_node;
  for (const auto& link : topology.links) {
    for (const auto& end : link.ends) {
      by_node[end.node].push_back(entries_.size());
      entries_.push_back(
          {.link = link.name, .node = end.node, .file = fmt::format("captures/{}-{}.pcap", link.name, end.node)});
    }
  }
  for (const auto& [node, indexes] : by_node) {
    run_in_node(node, [&, &own = indexes] {
      for (const auto index : own) {
        auto& entry = entries_[index];
        in_context(fmt::format("capturing link {} at {}", entry.link, entry.node), [&] {
          entry.capture = std::make_unique<InterfaceCapture>(entry.link, case_folder / entry.file, options);
        });
      }
    });
  }
  for (auto& entry : entries_) entry.capture->start(loop);
}

CaptureSession::~CaptureSession() = default;

std::uint64_t CaptureSession::packets() const {
  std::uint64_t sum = 0;
  for (const auto& entry : entries_) sum += entry.capture->packets();
  for (const auto& record : stopped_) sum += record.packets;
  return sum;
}

void CaptureSession::drain() {
  for (auto& entry : entries_) {
    entry.capture->drain();
    entry.capture->flush();
  }
}

std::vector<CaptureRecord> CaptureSession::settle() {
  drain();
  std::vector<CaptureRecord> records;
  for (auto& entry : entries_) {
    records.push_back({.link = entry.link,
                       .node = entry.node,
                       .file = entry.file,
                       .packets = entry.capture->packets(),
                       .dropped = entry.capture->dropped()});
  }
  return records;
}

void CaptureSession::turn_to(const std::string& folder) {
  std::filesystem::create_directories(case_folder_ / folder);
  for (auto& entry : entries_) {
    entry.file = fmt::format("{}/{}-{}.pcap", folder, entry.link, entry.node);
    entry.capture->turn_to(case_folder_ / entry.file);
  }
}

std::vector<CaptureRecord> CaptureSession::stop() {
  if (entries_.empty()) return stopped_;
  stopped_ = settle();
  stopped_troubles_ = troubles();
  entries_.clear();
  return stopped_;
}

std::vector<std::string> CaptureSession::troubles() const {
  auto texts = stopped_troubles_;
  for (const auto& entry : entries_) {
    if (!entry.capture->trouble().empty())
      texts.push_back(fmt::format("{} at {}: {}", entry.link, entry.node, entry.capture->trouble()));
  }
  return texts;
}

}  // namespace useipsec
