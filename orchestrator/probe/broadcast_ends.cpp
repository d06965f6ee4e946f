#include "probe/one_way_ends.h"

namespace useipsec {

namespace {

class BroadcastSender : public OneWaySender {
 public:
  explicit BroadcastSender(const EndContext& context)
      : OneWaySender(context, {.address = context.job.ends.destination, .port = context.job.probe.port}) {
    socket_.set(SOL_SOCKET, SO_BROADCAST, 1, "SO_BROADCAST");
    // The limited broadcast address has no route that says which link is meant.
    const auto& link = context.job.ends.from_interface;
    socket_.set(SOL_SOCKET, SO_BINDTODEVICE, link.c_str(), link.size(), "SO_BINDTODEVICE");
  }
};

class BroadcastReceiver : public OneWayReceiver {
 public:
  explicit BroadcastReceiver(const EndContext& context) : OneWayReceiver(context) {
    socket_.set(SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR");
    // Bound to the broadcast address, so that it hears nothing else; on another link that is nobody's address.
    const auto& ends = context.job.ends;
    const auto address = ends.to_interface == ends.from_interface ? ends.destination : Address::any(Family::v4);
    socket_.bind({.address = address, .port = context.job.probe.port});
  }
};

}  // namespace

std::unique_ptr<Sender> make_broadcast_sender(const EndContext& context) {
  return std::make_unique<BroadcastSender>(context);
}

std::unique_ptr<ProbeEnd> make_broadcast_receiver(const EndContext& context) {
  return std::make_unique<BroadcastReceiver>(context);
}

}  // namespace useipsec
