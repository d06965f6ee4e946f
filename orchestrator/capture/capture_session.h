#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/run_in_node.h"
#include "capture/capture_options.h"
#include "observe/observations.h"
#include "proc/loop.h"
#include "topology/topology.h"

namespace useipsec {

class InterfaceCapture;

/// Captures of every link end of a topology, where packets leave: each packet is seen once per hop, as the link carries
/// it. Files are `<case folder>/captures/<link>-<node>.pcap`; a run that is killed leaves them readable.
class CaptureSession {
 public:
  /// Opens all captures; every interface must be there, named after its link, and up. Throws Error.
  CaptureSession(Loop& loop, const RunInNode& run_in_node, const Topology& topology,
                 const std::filesystem::path& case_folder, const CaptureOptions& options = {});
  CaptureSession(const CaptureSession&) = delete;
  CaptureSession& operator=(const CaptureSession&) = delete;
  ~CaptureSession();

  /// Packets written so far, over all files.
  std::uint64_t packets() const;
  /// Reads every packet that has left by now and brings it to its file. To be called at the end of each step, and
  /// before the files are read: a packet is here before it is at its receiver.
  void drain();
  /// Drains and says what each file holds so far.
  std::vector<CaptureRecord> settle();
  /// Ends the files and goes on in others of the same names in `<case folder>/<folder>`, each readable at every moment:
  /// what people do in a lab is no evidence of its case.
  void turn_to(const std::string& folder);
  /// Drains, closes the files and says what each holds. Nothing is captured afterwards; a second call says the same.
  std::vector<CaptureRecord> stop();
  /// "wan at alice: the file is full at its limit of 67108864 bytes"; empty where all went well.
  std::vector<std::string> troubles() const;

 private:
  struct Entry;
  std::filesystem::path case_folder_;
  std::vector<Entry> entries_;
  std::vector<CaptureRecord> stopped_;
  std::vector<std::string> stopped_troubles_;
};

}  // namespace useipsec
