#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "probe/ends.h"
#include "probe/payload.h"
#include "probe/stream_connection.h"

namespace useipsec {

// What the ends of all stream probes write, and write down.

/// A record: the payload, one byte shorter for the line's end.
std::string record_line(const Tally& tally, std::uint32_t sequence, PayloadDirection direction);

/// The connection is lost: `call` failed with the errno `code`, or 0: the other side closed. Nothing more is waited
/// for.
void note_broken(Tally& tally, std::string_view call, int code);

/// The window has ended: where the connection is not made yet, that is why nothing was sent. It may be null.
void note_unmade(Tally& tally, StreamConnection* connection);

}  // namespace useipsec
