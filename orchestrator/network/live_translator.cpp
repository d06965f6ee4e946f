#include "network/live_translator.h"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "base/error.h"

namespace useipsec {
namespace {

constexpr std::size_t largest_packet = 65535;

/// No signal is for this thread.
class WithoutSignals {
 public:
  WithoutSignals() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~WithoutSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

Error no_tun(int code, const char* what) {
  return Error(
      std::string(what) + ": " + std::strerror(code) + " (a TUN device is needed for NAT that the kernel does not do)",
      ExitCode::precondition);
}

}  // namespace

UniqueFd open_tun(const std::string& name, int index) {
  UniqueFd tun(::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!tun) throw no_tun(errno, "/dev/net/tun");
  ifreq request{};
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  name.copy(request.ifr_name, IFNAMSIZ - 1);
  if (::ioctl(tun.get(), TUNSETIFINDEX, &index) < 0) throw no_tun(errno, "TUNSETIFINDEX");
  if (::ioctl(tun.get(), TUNSETIFF, &request) < 0) throw no_tun(errno, "TUNSETIFF");
  return tun;
}

LiveTranslator::LiveTranslator(UniqueFd tun, NatPolicy policy, TranslatorPlace place, std::uint32_t seed)
    : tun_(std::move(tun)), translator_(std::move(policy), std::move(place), seed) {
  watch_ = loop_.watch_readable(tun_.get(), [this] { drain(); });
  const WithoutSignals masked;
  thread_ = std::thread([this] { serve(); });
}

LiveTranslator::~LiveTranslator() {
  loop_.interrupt();
  thread_.join();
}

void LiveTranslator::serve() {
  while (loop_.run_until(Loop::Clock::now() + std::chrono::hours(24)) != WaitResult::interrupted) {
  }
}

void LiveTranslator::drain() {
  const std::lock_guard lock(mutex_);
  std::array<std::uint8_t, largest_packet> buffer;
  for (;;) {
    const auto length = ::read(tun_.get(), buffer.data(), buffer.size());
    if (length <= 0) {
      if (length < 0 && errno != EAGAIN && errno != EINTR)
        trouble_ = std::string("reading from the TUN device: ") + std::strerror(errno);
      return;
    }
    for (const auto& packet :
         translator_.translate(std::span(buffer).first(static_cast<std::size_t>(length)), Loop::Clock::now()))
      pass_on(packet);
  }
}

void LiveTranslator::pass_on(const PacketBytes& bytes) {
  // The kernel routes twice, to the device and from it; the box is one hop.
  auto packet = *Ipv4Packet::read(bytes);
  if (packet.time_to_live() < 255) packet.set_time_to_live(packet.time_to_live() + 1);
  const auto& out = packet.bytes();
  if (::write(tun_.get(), out.data(), out.size()) < 0 && trouble_.empty())
    trouble_ = std::string("writing to the TUN device: ") + std::strerror(errno);
}

void LiveTranslator::forget() {
  const std::lock_guard lock(mutex_);
  translator_.forget();
}

void LiveTranslator::change_ports() {
  const std::lock_guard lock(mutex_);
  translator_.change_ports();
}

void LiveTranslator::change_outside(const Address& outside) {
  const std::lock_guard lock(mutex_);
  translator_.change_outside(outside);
}

std::map<std::string, std::uint64_t> LiveTranslator::dropped() {
  const std::lock_guard lock(mutex_);
  return translator_.dropped();
}

std::string LiveTranslator::trouble() {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

}  // namespace useipsec
