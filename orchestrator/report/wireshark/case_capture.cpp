#include "report/wireshark/case_capture.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/utf8.h"
#include "wire/pcapng.h"

namespace useipsec {

namespace {

std::string story_of(const CaseResult& result) {
  auto text =
      fmt::format("{}\n{}\n{}: {}\n", result.id, result.title, to_string(result.verdict.state), result.verdict.why);
  for (const auto& flow : result.flows)
    text += fmt::format("flow {} {} > {}: {}, {} of {} arrived; {}\n", flow.fact.name, flow.fact.from, flow.fact.to,
                        to_string(flow.fact.outcome), flow.fact.delivered, flow.fact.sent, flow.fact.why);
  return visible(text);
}

std::string step_text(const StepRecord& step) {
  return visible(fmt::format("{:.3f} s: {}: {}", step.began, step.text, step.result));
}

}  // namespace

std::string case_capture(const StoredCase& stored) {
  PcapngWriter writer(story_of(*stored.result), "useipsec");
  std::vector<std::pair<const Packet*, std::uint32_t>> packets;
  for (const auto& file : stored.captures) {
    const auto interface = writer.add_interface(visible(fmt::format("{}-{}", file.link(), file.node())),
                                                visible(fmt::format("what left {} over {}", file.node(), file.link())));
    for (const auto& packet : file.packets()) packets.emplace_back(&packet, interface);
  }
  std::stable_sort(packets.begin(), packets.end(),
                   [](const auto& left, const auto& right) { return left.first->stamp < right.first->stamp; });
  const std::vector<StepRecord> none;
  const auto& steps = stored.observations ? stored.observations->steps : none;
  std::size_t step = 0;
  for (std::size_t index = 0; index < packets.size(); ++index) {
    const auto& [packet, interface] = packets[index];
    std::vector<std::string> comments;
    for (; step < steps.size() && steps[step].began <= packet->time; ++step) comments.push_back(step_text(steps[step]));
    if (index + 1 == packets.size())
      for (; step < steps.size(); ++step) comments.push_back("after this packet: " + step_text(steps[step]));
    writer.add_packet(interface, packet->stamp, packet->frame, packet->length, comments);
  }
  return writer.bytes();
}

}  // namespace useipsec
