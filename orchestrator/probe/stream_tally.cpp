#include "probe/stream_tally.h"

#include <fmt/format.h>

#include "base/error.h"

namespace useipsec {

std::string record_line(const Tally& tally, std::uint32_t sequence, PayloadDirection direction) {
  return make_payload({.token = tally.token(), .sequence = sequence, .direction = direction}, tally.size());
}

void note_broken(Tally& tally, std::string_view call, int code) {
  tally.error(code == 0 ? fmt::format("{}: closed by the other side", call)
                        : std::string(system_error(code, call).what()));
  tally.give_up();
}

void note_unmade(Tally& tally, StreamConnection* connection) {
  if (connection == nullptr || !connection->connecting()) return;
  const int code = connection->standing_error();
  tally.error(code != 0 ? system_error(code, "connect").what() : "connect: no answer within the window (EINPROGRESS)");
}

}  // namespace useipsec
