#include "probe/ends.h"
#include "probe/frame_socket.h"

namespace useipsec {

namespace {

class FrameSender : public Sender {
 public:
  explicit FrameSender(const EndContext& context)
      : socket_(context.job.ends.from_interface), frames_(context.job.frames), tally_(context.tally) {}

  void start(Loop&) override {}
  void drain() override {}
  void send(std::uint32_t sequence) override {
    const int code = socket_.send(frames_[(sequence - 1) % frames_.size()]);
    if (code == 0) {
      tally_.sent(sequence);
    } else {
      tally_.not_sent(sequence, "sendto", code);
    }
  }

 private:
  FrameSocket socket_;
  const std::vector<std::vector<std::uint8_t>>& frames_;
  Tally& tally_;
};

}  // namespace

std::unique_ptr<Sender> make_frame_sender(const EndContext& context) { return std::make_unique<FrameSender>(context); }

}  // namespace useipsec
