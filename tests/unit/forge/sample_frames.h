#pragma once

#include "forge/frames.h"

namespace useipsec::samples {

/// A datagram in the clear.
inline Frame datagram(const char* source = "192.0.2.1", const char* destination = "192.0.2.2") {
  return udp_frame({.source_mac = {},
                    .destination_mac = {},
                    .source = *Address::parse(source),
                    .destination = *Address::parse(destination)},
                   7000, 7001, "hello");
}

}  // namespace useipsec::samples
