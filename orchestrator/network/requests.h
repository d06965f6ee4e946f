#pragma once

#include <cstdint>
#include <string>

#include "kernel/message.h"

namespace useipsec {

/// The same request, content with what is there already.
Message replacing(Message message);
/// A token bucket on the way out: a rate, for a kernel without netem (tc-tbf(8)).
Message token_bucket(int index, std::uint32_t rate_kbit, const std::string& what);

}  // namespace useipsec
