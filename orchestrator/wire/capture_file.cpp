#include "wire/capture_file.h"

#include <fmt/format.h>
#include <pcap/pcap.h>

#include <array>
#include <map>
#include <tuple>

#include "base/error.h"

namespace useipsec {

namespace {

struct Close {
  void operator()(pcap_t* handle) const { pcap_close(handle); }
};
using PcapHandle = std::unique_ptr<pcap_t, Close>;

PcapHandle open(const std::filesystem::path& file) {
  std::array<char, PCAP_ERRBUF_SIZE> words{};
  PcapHandle handle(pcap_open_offline_with_tstamp_precision(file.c_str(), PCAP_TSTAMP_PRECISION_NANO, words.data()));
  if (!handle) throw Error(fmt::format("reading capture {}: {}", file.filename().string(), words.data()));
  if (const int type = pcap_datalink(handle.get()); type != DLT_EN10MB) {
    const char* name = pcap_datalink_val_to_name(type);
    throw Error(fmt::format("reading capture {}: its link type is {}, expected Ethernet", file.filename().string(),
                            name != nullptr ? name : std::to_string(type).c_str()));
  }
  return handle;
}

}  // namespace

CaptureFile::CaptureFile(const std::filesystem::path& file, std::string link, std::string node, double started_at)
    : link_(std::make_unique<const std::string>(std::move(link))),
      node_(std::make_unique<const std::string>(std::move(node))) {
  const auto handle = open(file);
  pcap_pkthdr* header = nullptr;
  const std::uint8_t* data = nullptr;
  int status = 0;
  while ((status = pcap_next_ex(handle.get(), &header, &data)) == 1) {
    const auto& frame = frames_.emplace_back(data, data + header->caplen);
    auto packet = read_packet(frame, header->len);
    // With nanosecond precision tv_usec holds nanoseconds.
    packet.time =
        (static_cast<double>(header->ts.tv_sec) - started_at) + static_cast<double>(header->ts.tv_usec) * 1e-9;
    packet.stamp = static_cast<std::int64_t>(header->ts.tv_sec) * 1'000'000'000 + header->ts.tv_usec;
    packet.link = *link_;
    packet.node = *node_;
    packets_.push_back(packet);
  }
  if (status == PCAP_ERROR) problem_ = pcap_geterr(handle.get());
  settle_fragments();
}

/// Later fragments carry no upper-layer header: they are what their first fragment was.
void CaptureFile::settle_fragments() {
  std::map<std::tuple<Address, Address, std::uint32_t>, const Packet*> firsts;
  for (const auto& packet : packets_)
    if (packet.fragment && packet.first_fragment && packet.source)
      firsts[{*packet.source, *packet.destination, packet.fragment_id}] = &packet;
  for (auto& packet : packets_) {
    if (!packet.fragment || packet.first_fragment || !packet.source) continue;
    const auto first = firsts.find({*packet.source, *packet.destination, packet.fragment_id});
    if (first == firsts.end()) continue;
    packet.form = first->second->form;
    packet.spi = first->second->spi;
    packet.sequence = first->second->sequence;
    packet.inner_spi = first->second->inner_spi;
  }
}

}  // namespace useipsec
