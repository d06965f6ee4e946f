#include "engine/strongswan/vici.h"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <thread>

#include "base/unique_fd.h"
#include "engine/strongswan/control.h"

namespace useipsec {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using ::testing::HasSubstr;

/// The example of strongSwan's own description of the format (libcharon/plugins/vici/README.md, "Encoding example").
ViciSection example() {
  ViciSection inner;
  inner.set("sub-section", ViciSection().set("key2", "value2"));
  inner.set("list1", std::vector<std::string>{"item1", "item2"});
  ViciSection outer;
  outer.set("key1", "value1");
  outer.set("section1", inner);
  return outer;
}

const std::string example_bytes =
    "\3\4key1\0\6value1"
    "\1\10section1"
    "\1\13sub-section"
    "\3\4key2\0\6value2"
    "\2"
    "\4\5list1"
    "\5\0\5item1"
    "\5\0\5item2"
    "\6"
    "\2"s;

TEST(ViciTest, EncodesTheFormatsOwnExample) { EXPECT_EQ(vici_encoded(example()), example_bytes); }

TEST(ViciTest, DecodesWhatItEncodes) {
  const auto decoded = vici_decoded(example_bytes);
  ASSERT_TRUE(decoded) << decoded.error().what();
  EXPECT_EQ(*decoded, example());
}

TEST(ViciTest, ALongValueHasItsLengthInTwoOctets) {
  const std::string key(300, 'k');
  const auto bytes = vici_encoded(ViciSection().set("data", key));
  EXPECT_EQ(bytes.substr(0, 8), "\3\4data\1\54"s);
  EXPECT_EQ(vici_decoded(bytes)->value("data"), key);
}

TEST(ViciTest, RefusesWhatItCannotWrite) {
  EXPECT_THROW(vici_encoded(ViciSection().set(std::string(256, 'n'), "v")), Error);
  EXPECT_THROW(vici_encoded(ViciSection().set("n", std::string(65536, 'v'))), Error);
}

TEST(ViciTest, SaysWhatIsWrongWithBytes) {
  for (std::size_t cut = 1; cut < example_bytes.size(); ++cut) {
    const auto decoded = vici_decoded(std::string_view(example_bytes).substr(0, cut));
    if (cut == 14) continue;  // exactly after the first value: a whole message
    EXPECT_FALSE(decoded) << cut;
  }
  EXPECT_THAT(vici_decoded("\2").error().what(), HasSubstr("kind 2"));
  EXPECT_THAT(vici_decoded("\4\1l\1").error().what(), HasSubstr("kind 1 in a list"));
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "\1\1s";
  EXPECT_THAT(vici_decoded(deep).error().what(), HasSubstr("32 deep"));
}

TEST(ViciTest, WritesSwanctlConf) {
  ViciSection sections = example();
  sections.set("odd", "a \"b\" \\ #c");
  EXPECT_EQ(swanctl_text(sections),
            "key1 = value1\n"
            "section1 {\n"
            "  sub-section {\n"
            "    key2 = value2\n"
            "  }\n"
            "  list1 = item1, item2\n"
            "}\n"
            "odd = \"a \\\"b\\\" \\\\ #c\"\n");
}

/// Answers one request on a socket with the given bytes.
class FakeCharon {
 public:
  explicit FakeCharon(std::string answer) : path_(::testing::TempDir() + "charon-" + std::to_string(::getpid())) {
    ::unlink(path_.c_str());
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path_.c_str(), sizeof address.sun_path - 1);
    socket_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(socket_.get(), 1), 0);
    thread_ = std::thread([this, answer = std::move(answer)] {
      const UniqueFd peer(::accept(socket_.get(), nullptr, nullptr));
      char buffer[4096];
      const auto got = ::recv(peer.get(), buffer, sizeof buffer, 0);
      if (got > 0) heard_.assign(buffer, static_cast<std::size_t>(got));
      for (const char octet : answer) ::send(peer.get(), &octet, 1, MSG_NOSIGNAL);  // in pieces
    });
  }
  ~FakeCharon() {
    if (thread_.joinable()) thread_.join();
    ::unlink(path_.c_str());
  }
  const std::string& path() const { return path_; }
  const std::string& heard() {
    thread_.join();
    return heard_;
  }

 private:
  std::string path_, heard_;
  UniqueFd socket_;
  std::thread thread_;
};

TEST(AskCharonTest, SendsANamedPacketAndGivesTheAnswer) {
  FakeCharon charon("\0\0\0\17\1\3\7success\0\3yes"s);
  const ViciRequest request{"", "initiate", ViciSection().set("child", "profile")};
  const auto answer = ask_charon(charon.path(), request, 5s);
  ASSERT_TRUE(answer) << answer.error().what();
  EXPECT_EQ(answer->value("success"), "yes");
  EXPECT_EQ(charon.heard(), "\0\0\0\32\0\10initiate\3\5child\0\7profile"s);
}

TEST(AskCharonTest, ARefusalIsAFailureInCharonsWords) {
  FakeCharon charon("\0\0\0\32\1\3\7success\0\2no\3\6errmsg\0\2no"s);
  const auto answer = ask_charon(charon.path(), {"", "load-conn", {}}, 5s);
  ASSERT_FALSE(answer);
  EXPECT_STREQ(answer.error().what(), "load-conn: charon said: no");
}

TEST(AskCharonTest, SaysWhatElseCanGoWrong) {
  {
    FakeCharon charon("\0\0\0\1\2"s);
    EXPECT_THAT(ask_charon(charon.path(), {"", "dance", {}}, 5s).error().what(),
                HasSubstr("does not know this command"));
  }
  {
    FakeCharon charon("\x7f\0\0\0"s);
    EXPECT_THAT(ask_charon(charon.path(), {"", "stats", {}}, 5s).error().what(), HasSubstr("octets"));
  }
  {
    FakeCharon charon("\0\0\0\5\1"s);
    EXPECT_THAT(ask_charon(charon.path(), {"", "stats", {}}, 5s).error().what(),
                HasSubstr("closed the control socket"));
  }
  EXPECT_THAT(ask_charon(::testing::TempDir() + "nobody", {"", "stats", {}}, 5s).error().what(),
              HasSubstr("No such file or directory"));
}

}  // namespace
}  // namespace useipsec
