#include "lab/tampering_router.h"

#include <fmt/format.h>

#include "base/error.h"
#include "forge/edit.h"
#include "forge/selection.h"
#include "lab/attack.h"
#include "probe/frame_socket.h"
#include "scenario/words.h"

namespace useipsec {

/// The router's interface on one link: what arrives for the router, and the way out.
class FrameTap {
 public:
  FrameTap(const std::string& link) : socket_(link, FrameSocket::Hears::what_arrives) {}

  void start(Loop& loop, std::function<void()> on_readable) {
    watch_ = loop.watch_readable(socket_.fd(), std::move(on_readable));
  }
  FrameSocket& socket() { return socket_; }

 private:
  FrameSocket socket_;
  Watch watch_;  // last: goes before the socket
};

TamperingRouter::TamperingRouter(Loop& loop, const RunInNode& run_in_node, const Topology& topology, std::string node)
    : topology_(topology), node_(std::move(node)) {
  run_in_node(node_, [&] {
    for (const auto& link : topology_.links)
      if (topology_.end(link.name, node_) != nullptr) taps_[link.name] = std::make_unique<FrameTap>(link.name);
  });
  for (auto& [link, tap] : taps_) tap->start(loop, [this] { drain(); });
}

TamperingRouter::~TamperingRouter() = default;

void TamperingRouter::turn_to(const TamperStep& step) {
  drain();
  step_ = step;
  met_ = 0;
}

void TamperingRouter::drain() {
  for (auto& [link, tap] : taps_)
    while (const auto frame = tap->socket().receive()) on_frame(*frame);
}

void TamperingRouter::on_frame(const std::vector<std::uint8_t>& frame) {
  const auto packet = read_packet(frame, static_cast<std::uint32_t>(frame.size()));
  if (!packet.destination || packet.form == WireForm::arp || packet.destination->is_multicast()) return;
  const auto* owner = topology_.owner(*packet.destination);
  if (owner != nullptr && owner->name == node_) return;  // the kernel's own
  const auto hops = path(topology_, node_, *packet.destination);
  if (hops.empty()) return;
  const auto& hop = hops.front();
  const bool meant = (step_.over.empty() || step_.over == hop.link) && is_of_protocol(packet, step_.protocol) &&
                     ++met_ % step_.every == 0;
  for (auto& out : edited(frame, meant ? step_.edit : Edit{})) {
    const auto& from = topology_.end(hop.link, node_)->mac.bytes;
    const auto& to = topology_.end(hop.link, hop.next)->mac.bytes;
    std::copy(to.begin(), to.end(), out.begin());
    std::copy(from.begin(), from.end(), out.begin() + 6);
    // What the link does not take is lost, as on any router.
    static_cast<void>(taps_.at(hop.link)->socket().send(out));
  }
}

std::string describe(const TamperStep& step) {
  const auto& edit = step.edit;
  const auto what =
      edit.kind == EditKind::none        ? std::string("forwards as it comes")
      : edit.kind == EditKind::source    ? "writes the source " + edit.source->str() + " into"
      : edit.kind == EditKind::flip      ? fmt::format("flips bits {} bytes after {} of", edit.offset, edit.after)
      : edit.kind == EditKind::drop      ? std::string("drops")
      : edit.kind == EditKind::duplicate ? fmt::format("sends {} times", edit.value + 1)
                                         : fmt::format("sets {} to {} of", word_of(edit_words, edit.kind), edit.value);
  const auto which = step.every == 1 ? std::string() : fmt::format("every {}. of the ", step.every);
  return fmt::format("{} {} {}{} packets{}", step.node, what, which, step.protocol == "any" ? "all" : step.protocol,
                     step.over.empty() ? "" : " over " + step.over);
}

}  // namespace useipsec
