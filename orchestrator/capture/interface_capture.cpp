#include "capture/interface_capture.h"

#include <fmt/format.h>
#include <linux/filter.h>
#include <pcap/pcap.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "base/error.h"

namespace useipsec {

namespace {

constexpr std::uint64_t file_header_bytes = 24, record_header_bytes = 16;  // pcap-savefile(5)

/// pcap_activate's own words: the handle's text is the kernel's, the status says which step.
Error activation_error(pcap* handle, int status) {
  const std::string text = ::pcap_geterr(handle);
  return Error(text.empty() ? std::string(::pcap_statustostr(status))
                            : fmt::format("{}: {}", ::pcap_statustostr(status), text));
}

void require(pcap* handle, int status, const char* call) {
  if (status != 0) throw Error(fmt::format("{}: {}", call, ::pcap_geterr(handle)));
}

}  // namespace

void InterfaceCapture::CloseHandle::operator()(pcap* handle) const { ::pcap_close(handle); }
void InterfaceCapture::CloseDumper::operator()(pcap_dumper* dumper) const { ::pcap_dump_close(dumper); }

InterfaceCapture::InterfaceCapture(const std::string& interface, const std::filesystem::path& file,
                                   const CaptureOptions& options)
    : written_bytes_(file_header_bytes), file_limit_bytes_(options.file_limit_bytes) {
  std::array<char, PCAP_ERRBUF_SIZE> words{};
  handle_.reset(::pcap_create(interface.c_str(), words.data()));
  if (!handle_) throw Error(fmt::format("pcap_create: {}", words.data()));
  auto* handle = handle_.get();
  require(handle, ::pcap_set_snaplen(handle, options.snapshot_bytes), "pcap_set_snaplen");
  require(handle, ::pcap_set_buffer_size(handle, options.buffer_bytes), "pcap_set_buffer_size");
  require(handle, ::pcap_set_immediate_mode(handle, 1), "pcap_set_immediate_mode");
  // Refused where only microseconds are to be had; those will do.
  static_cast<void>(::pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO));
  const int status = ::pcap_activate(handle);
  if (status < 0) throw activation_error(handle, status);
  require(handle, ::pcap_setdirection(handle, PCAP_D_OUT), "pcap_setdirection");
  set_filter(options.filter);
  if (::pcap_setnonblock(handle, 1, words.data()) != 0) throw Error(fmt::format("pcap_setnonblock: {}", words.data()));

  open_file(file);
}

void InterfaceCapture::open_file(const std::filesystem::path& file) {
  dumper_.reset(::pcap_dump_open(handle_.get(), file.c_str()));
  if (!dumper_) throw Error(fmt::format("pcap_dump_open: {}", ::pcap_geterr(handle_.get())));
  ::pcap_dump_flush(dumper_.get());
}

void InterfaceCapture::turn_to(const std::filesystem::path& file) {
  drain();
  flush();
  open_file(file);
  packets_ = not_written_ = 0;
  written_bytes_ = file_header_bytes;
  flush_at_once_ = true;
}

InterfaceCapture::~InterfaceCapture() = default;

void InterfaceCapture::set_filter(const std::string& filter) {
  // libpcap applies PCAP_D_OUT only after the kernel has copied the packet into the ring; said in the kernel's filter,
  // what was received costs neither room nor a wake-up.
  const auto text = filter.empty() ? std::string("outbound") : fmt::format("outbound and ({})", filter);
  bpf_program program{};
  if (::pcap_compile(handle_.get(), &program, text.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0) {
    throw Error(fmt::format("filter \"{}\": {}", text, ::pcap_geterr(handle_.get())), ExitCode::invalid);
  }
  // Not by pcap_setfilter: it passes the first packet through its own interpreter too, which does not know a packet's
  // direction and drops it (pcap-linux.c, blocks_to_filter_in_userland). The two structures are laid out alike.
  const sock_fprog attached{.len = static_cast<unsigned short>(program.bf_len),
                            .filter = reinterpret_cast<sock_filter*>(program.bf_insns)};
  const int status =
      ::setsockopt(::pcap_fileno(handle_.get()), SOL_SOCKET, SO_ATTACH_FILTER, &attached, sizeof(attached));
  const int code = errno;
  ::pcap_freecode(&program);
  if (status != 0) throw system_error(code, "SO_ATTACH_FILTER");
}

void InterfaceCapture::start(Loop& loop) {
  const int fd = ::pcap_get_selectable_fd(handle_.get());
  if (fd < 0) throw Error("pcap_get_selectable_fd: the interface cannot be waited for");
  watch_ = loop.watch_readable(fd, [this] { drain(); });
}

// NOLINTNEXTLINE(readability-non-const-parameter): pcap_handler has it so
void InterfaceCapture::on_packet(std::uint8_t* self, const pcap_pkthdr* header, const std::uint8_t* bytes) {
  auto& capture = *reinterpret_cast<InterfaceCapture*>(self);
  const auto size = record_header_bytes + header->caplen;
  if (capture.written_bytes_ + size > capture.file_limit_bytes_) {
    if (capture.not_written_++ == 0) {
      capture.trouble_ = fmt::format("the file is full at its limit of {} bytes", capture.file_limit_bytes_);
    }
    return;
  }
  capture.written_bytes_ += size;
  ++capture.packets_;
  capture.unflushed_ = true;
  ::pcap_dump(reinterpret_cast<std::uint8_t*>(capture.dumper_.get()), header, bytes);
}

void InterfaceCapture::drain() {
  for (;;) {
    const int count =
        ::pcap_dispatch(handle_.get(), -1, &InterfaceCapture::on_packet, reinterpret_cast<std::uint8_t*>(this));
    if (count > 0) continue;
    if (flush_at_once_) flush();
    if (count < 0) {
      trouble_ = fmt::format("pcap_dispatch: {}", ::pcap_geterr(handle_.get()));
      watch_.reset();
    }
    return;
  }
}

void InterfaceCapture::flush() {
  if (!unflushed_) return;
  unflushed_ = false;
  if (::pcap_dump_flush(dumper_.get()) != 0 && trouble_.empty()) trouble_ = "writing the capture failed";
}

std::uint64_t InterfaceCapture::dropped() const {
  pcap_stat statistics{};
  const bool known = ::pcap_stats(handle_.get(), &statistics) == 0;
  return not_written_ + (known ? statistics.ps_drop : 0);
}

}  // namespace useipsec
