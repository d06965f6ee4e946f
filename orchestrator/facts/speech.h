#pragma once

#include <vector>

#include "facts/facts.h"
#include "wire/packet.h"

namespace useipsec {

/// Whether an observer can read that this is a packet of the protocol: OSPF is IP protocol 89, PIM 103, RIPng UDP port
/// 521, BGP TCP port 179; IS-IS is no IP at all (ISO 10589 section 8.4.8).
bool is_speech(RoutingProtocol protocol, const Packet& packet);

/// What each router of the case said, whatever it carried, on links that are no tunnels. Of a router's AH and ESP
/// packets nobody can say what is in them: all of those count that it sends itself.
std::vector<SpeechFact> speech_facts(const Case& subject, const std::vector<Packet>& packets);

}  // namespace useipsec
