#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "capture/capture_options.h"
#include "proc/loop.h"

struct pcap;
struct pcap_dumper;
struct pcap_pkthdr;

namespace useipsec {

/// Writes what leaves one interface to a pcap file, with nanoseconds where the interface has them. The packets are
/// those that the link carries: after XFRM and after the queueing discipline, so a packet that netem loses on the way
/// out is not seen, and a delayed one is stamped when it goes.
class InterfaceCapture {
 public:
  /// Opens `interface` in the calling thread's network namespace; it must be up. Throws Error.
  InterfaceCapture(const std::string& interface, const std::filesystem::path& file, const CaptureOptions& options);
  InterfaceCapture(const InterfaceCapture&) = delete;
  InterfaceCapture& operator=(const InterfaceCapture&) = delete;
  ~InterfaceCapture();

  /// Reads whenever packets wait; on the loop's thread.
  void start(Loop& loop);
  /// Reads everything that waits now.
  void drain();
  /// Brings what was read to the file.
  void flush();
  /// Ends the file and goes on in another one, which is readable at every moment. Throws Error.
  void turn_to(const std::filesystem::path& file);

  std::uint64_t packets() const { return packets_; }
  /// Packets that left and are not in the file: the kernel's ring or the file was full.
  std::uint64_t dropped() const;
  /// What went wrong, in words; empty where nothing did.
  const std::string& trouble() const { return trouble_; }

 private:
  struct CloseHandle {
    void operator()(pcap* handle) const;
  };
  struct CloseDumper {
    void operator()(pcap_dumper* dumper) const;
  };
  static void on_packet(std::uint8_t* self, const pcap_pkthdr* header, const std::uint8_t* bytes);
  void set_filter(const std::string& filter);
  void open_file(const std::filesystem::path& file);

  std::uint64_t packets_ = 0, written_bytes_ = 0, not_written_ = 0;
  std::uint64_t file_limit_bytes_;
  std::string trouble_;
  bool unflushed_ = false, flush_at_once_ = false;
  std::unique_ptr<pcap, CloseHandle> handle_;
  std::unique_ptr<pcap_dumper, CloseDumper> dumper_;
  Watch watch_;  // last: goes before the handle's descriptor
};

}  // namespace useipsec
