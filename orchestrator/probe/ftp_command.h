#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "probe/endpoint.h"

namespace useipsec {

// RFC 959: a command is a line that ends in CR LF, an answer begins with three digits. Both name an IPv4 address and a
// port as six numbers of eight bits (section 5.3.2).

/// "PORT 10,1,0,2,130,53": where the client wants to be called back.
std::string port_command(const SocketEndpoint& at);
std::optional<SocketEndpoint> read_port_command(std::string_view line);

/// "227 Entering Passive Mode (198,51,100,2,130,53)": where the server wants to be called, after PASV.
std::string passive_reply(const SocketEndpoint& at);
std::optional<SocketEndpoint> read_passive_reply(std::string_view line);

}  // namespace useipsec
