#pragma once

#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "base/unique_fd.h"
#include "nat/translator.h"
#include "proc/loop.h"

namespace useipsec {

/// A TUN device in the calling thread's network namespace, up to nobody yet: what is routed to it is read from the
/// descriptor, what is written there comes in from it. Throws Error (precondition) where the machine has none.
UniqueFd open_tun(const std::string& name, int index);

/// A translator that works on a TUN device, on a thread and an event loop of its own: IKE goes on through it while the
/// main thread waits for something else.
class LiveTranslator {
 public:
  LiveTranslator(UniqueFd tun, NatPolicy policy, TranslatorPlace place, std::uint32_t seed);
  ~LiveTranslator();
  LiveTranslator(const LiveTranslator&) = delete;
  LiveTranslator& operator=(const LiveTranslator&) = delete;

  void forget();
  void change_ports();
  void change_outside(const Address& outside);
  std::map<std::string, std::uint64_t> dropped();
  /// What went wrong with the device, in words; empty where nothing did.
  std::string trouble();

 private:
  void serve();
  void drain();
  void pass_on(const PacketBytes& bytes);

  UniqueFd tun_;
  std::mutex mutex_;  ///< of the two below
  Translator translator_;
  std::string trouble_;
  Loop loop_;
  Watch watch_;  // before the loop goes
  std::thread thread_;
};

}  // namespace useipsec
