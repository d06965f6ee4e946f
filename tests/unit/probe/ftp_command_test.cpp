#include "probe/ftp_command.h"

#include <gtest/gtest.h>

namespace useipsec {
namespace {

const SocketEndpoint example{.address = *Address::parse("132.235.1.2"), .port = 6275};

TEST(FtpCommand, PortNamesAddressAndPortAsSixNumbers) {  // RFC 1123 section 4.1.2.6 has the parentheses of 227
  EXPECT_EQ(port_command(example), "PORT 132,235,1,2,24,131");
  EXPECT_EQ(passive_reply(example), "227 Entering Passive Mode (132,235,1,2,24,131)");
}

TEST(FtpCommand, IsReadBack) {
  EXPECT_EQ(read_port_command("PORT 132,235,1,2,24,131"), example);
  EXPECT_EQ(read_passive_reply("227 Entering Passive Mode (132,235,1,2,24,131)"), example);
}

TEST(FtpCommand, WhatIsNotSixNumbersIsNotRead) {
  for (const auto* numbers :
       {"", "1", "1,2,3,4,5", "1,2,3,4,5,6,7", "1,2,3,4,5,6 ", "1,2,3,4,5,256", "1,2,3,4,5,-1", "a,2,3,4,5,6"}) {
    EXPECT_FALSE(read_port_command(std::string("PORT ") + numbers)) << numbers;
    EXPECT_FALSE(read_passive_reply(std::string("227 Entering Passive Mode (") + numbers + ")")) << numbers;
  }
  EXPECT_FALSE(read_port_command("EPRT 1,2,3,4,5,6"));
  EXPECT_FALSE(read_passive_reply("227 Entering Passive Mode (1,2,3,4,5,6"));
}

}  // namespace
}  // namespace useipsec
