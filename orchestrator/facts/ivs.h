#pragma once

#include <map>
#include <string>
#include <vector>

#include "facts/facts.h"
#include "wire/capture_file.h"

namespace useipsec {

/// By node, of the ESP packets that it sent itself: how many there were, and how many had an IV that one before them
/// under the same SPI had. Of an IV the first eight bytes are looked at, which is all that counter modes send of it
/// (RFC 3686 section 3.1, RFC 4106 section 3.1). What ESP-NULL has there is payload.
std::map<std::string, IvFact> iv_facts(const Case& subject, const std::vector<CaptureFile>& captures);

}  // namespace useipsec
