// What an attacker on the link does: frames past its own IP stack, from the case's own captures or forged.

#include "lab/attack.h"

#include <fmt/format.h>

#include "base/error.h"
#include "facts/sa_direction.h"
#include "forge/ah.h"
#include "forge/edit.h"
#include "forge/esp.h"
#include "forge/selection.h"
#include "forge/tcp_session.h"
#include "lab/ends.h"
#include "lab/lab.h"
#include "probe/frame_socket.h"
#include "probe/payload.h"
#include "scenario/words.h"
#include "wire/capture_file.h"

namespace useipsec {

namespace {

constexpr std::uint32_t between_ms = 10;
constexpr std::size_t most_frames = 1000;
constexpr std::uint16_t forged_source_port = 7000;

/// Who sends it is written into the frame: another's link-layer address would turn the link's bridge away from its
/// owner.
void bear(Frame& frame, const Mac& source) { std::copy(source.bytes.begin(), source.bytes.end(), frame.begin() + 6); }

const Probe& probe_named(const Case& subject, const std::string& name) {
  for (const auto& probe : subject.probes)
    if (probe.name == name) return probe;
  throw Error("no probe " + name);
}

Frame forged_hello(const Case& subject, const InjectStep& step, const ForgedEnds& ends) {
  OspfHello hello{.router_id = {},
                  .hello_s = static_cast<std::uint16_t>(subject.routing->hello_s),
                  .dead_s = static_cast<std::uint16_t>(subject.routing->dead_s)};
  for (const auto& [id, router] : router_ids(*subject.routing))
    if (router == step.as) hello.router_id = *Address::parse(id);
  return ospf_hello(ends, hello);
}

}  // namespace

std::string describe(const ReplayStep& step) {
  const auto part = step.packets.first != 0  ? fmt::format(" the first {}", step.packets.first)
                    : step.packets.last != 0 ? fmt::format(" the last {}", step.packets.last)
                                             : std::string();
  const auto kind = step.packets.protocol == "any" ? std::string() : step.packets.protocol + " ";
  return fmt::format("{} replays{} {}packets of {} on {}{}{}", step.from, part, kind, step.packets.sent_by, step.link,
                     step.source ? " as " + step.source->str() : "",
                     step.times == 1 ? "" : fmt::format(", {} times", step.times));
}

std::string describe(const InjectStep& step) {
  return fmt::format("{} sends {} a forged {} as {}{}", step.from, step.to, word_of(forgery_words, step.kind), step.as,
                     step.with_key ? ", with its own key" : "");
}

std::size_t Lab::send_frames(const std::string& node, const std::string& link, const std::vector<Frame>& frames) {
  std::optional<FrameSocket> socket;
  network_->run_in(node, [&] { socket.emplace(link); });
  for (const auto& frame : frames) {
    if (const int code = socket->send(frame))
      throw system_error(code, fmt::format("sending over {} from {}", link, node));
  }
  captures_->drain();
  return frames.size();
}

std::size_t Lab::replay(const ReplayStep& step) {
  captures_->drain();
  const auto file = fmt::format("captures/{}-{}.pcap", step.link, step.packets.sent_by);
  const CaptureFile captured(folder_ / file, step.link, step.packets.sent_by, 0);
  const auto selected = selected_frames(captured.packets(), step.packets);
  if (selected.empty())
    throw Error(
        fmt::format("nothing to replay: {} has sent no such packet over {} so far", step.packets.sent_by, step.link));
  std::vector<Frame> frames;
  for (std::uint32_t time = 0; time < step.times; ++time) frames.insert(frames.end(), selected.begin(), selected.end());
  if (frames.size() > most_frames)
    throw Error(fmt::format("{} packets to replay, at most {} are allowed", frames.size(), most_frames),
                ExitCode::invalid);
  for (auto& frame : frames) {
    bear(frame, case_.topology.end(step.link, step.from)->mac);
    if (step.source) set_source(frame, *step.source);
  }
  if (step.flow.empty()) return send_frames(step.from, step.link, frames);

  const auto& original = probe_named(case_, step.of);
  ProbeJob job{.probe = probe_named(case_, step.flow),
               .token = token_of(case_, original),
               .ends = ends_of(case_.topology, original)};
  job.ends.from_interface = step.link;
  job.probe.count = static_cast<std::uint32_t>(frames.size());
  job.probe.interval_ms = between_ms;
  job.frames = std::move(frames);
  const auto count = job.frames.size();
  run_probes({job});
  return count;
}

void Lab::tamper(const TamperStep& step) {
  auto& router = tampering_[step.node];
  if (!router) {
    const RunInNode run_in = [this](const std::string& node, const std::function<void()>& work) {
      network_->run_in(node, work);
    };
    router = std::make_unique<TamperingRouter>(loop_, run_in, case_.topology, step.node);
    network_->set_forwarding(step.node, false);
  }
  router->turn_to(step);
}

/// The SA with which a key holder sends to this destination: the one that ends there, else a tunnel of its own.
SaRecord Lab::own_sa(const std::string& node, const Address& destination) {
  const auto sas = network_->sas(node);
  for (const auto& sa : sas)
    if (sa.destination == destination && is_outbound(case_.topology, node, sa)) return sa;
  for (const auto& sa : sas)
    if (sa.mode == "tunnel" && is_outbound(case_.topology, node, sa)) return sa;
  throw Error(fmt::format("nothing to forge with: {} has no SA towards {}", node, destination.str()));
}

/// A reset that fits the session as it can be read on the link.
Frame Lab::forged_reset(const InjectStep& step, const ForgedEnds& ends) {
  captures_->drain();
  const CaptureFile captured(folder_ / fmt::format("captures/{}-{}.pcap", step.link, step.as), step.link, step.as, 0);
  const auto position = tcp_position(captured.packets(), ends.source, ends.destination, step.port);
  if (!position)
    throw Error(fmt::format("nothing to forge: no TCP segment from {} to {} with port {} can be read on {}", step.as,
                            step.to, step.port, step.link));
  return tcp_reset(ends, *position);
}

std::size_t Lab::inject(const InjectStep& step) {
  const auto& topology = case_.topology;
  const auto& destination = *step.destination;
  const ForgedEnds ends{
      .source_mac = topology.end(step.link, step.from)->mac,
      .destination_mac = destination.is_multicast() ? group_mac(destination) : topology.end(step.link, step.next)->mac,
      .source = *step.claimed,
      .destination = destination};
  // Far ahead, so that it is not its number for which it is refused.
  constexpr std::uint32_t ahead = 100000;
  std::optional<SaRecord> own;
  if (step.with_key) own = own_sa(step.from, destination);
  const auto signed_by = [&](Frame frame, std::uint32_t sequence) {
    if (!own) return frame;
    return own->protocol == "ah" ? under_ah(frame, *own, ahead + sequence) : under_esp(frame, *own, ahead + sequence);
  };
  if (step.kind == Forgery::udp) {
    const auto& probe = probe_named(case_, step.flow);
    ProbeJob job{.probe = probe, .token = token_of(case_, probe), .ends = ends_of(topology, probe)};
    job.ends.from_interface = step.link;
    job.probe.interval_ms = between_ms;
    for (std::uint32_t sequence = 1; sequence <= step.count; ++sequence)
      job.frames.push_back(signed_by(udp_frame(ends, forged_source_port, step.port,
                                               make_payload({.token = job.token, .sequence = sequence}, probe.size)),
                                     sequence));
    run_probes({job});
    return step.count;
  }
  const auto protocol = step.kind == Forgery::ah ? Protocol::ah : Protocol::esp;
  auto spi = step.spi;
  if (!spi && (step.kind == Forgery::esp || step.kind == Forgery::ah)) {
    for (const auto& sa : network_->sas(step.to))
      if (!spi && is_inbound(topology, step.to, sa) && sa.protocol == (protocol == Protocol::ah ? "ah" : "esp"))
        spi = sa.spi;
    if (!spi) throw Error(fmt::format("nothing to forge: {} has no such SA", step.to));
  }
  std::vector<Frame> frames;
  for (std::uint32_t sequence = 1; sequence <= step.count; ++sequence) {
    switch (step.kind) {
      case Forgery::neighbor_advertisement:
        frames.push_back(signed_by(neighbor_advertisement(ends, *step.claimed), sequence));
        break;
      case Forgery::ospf_hello:
        frames.push_back(signed_by(forged_hello(case_, step, ends), sequence));
        break;
      case Forgery::tcp_reset:
        frames.push_back(signed_by(forged_reset(step, ends), sequence));
        break;
      case Forgery::arp_reply:
        frames.push_back(arp_reply(ends));
        break;
      default:
        frames.push_back(keyless_frame(ends, protocol, *spi, ahead + sequence, std::string(64, 'x')));
    }
  }
  return send_frames(step.from, step.link, frames);
}

}  // namespace useipsec
