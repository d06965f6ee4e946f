// A lab held in the background: entered, looked at, left, and nothing of it left behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

namespace {

struct Said {
  int code = -1;
  std::string text;
};

/// Runs the program on a terminal of its own and types `keys`.
Said on_terminal(std::vector<std::string> arguments, const std::string& keys = "") {
  arguments.insert(arguments.begin(), PROGRAM);
  std::vector<char*> pointers;
  for (auto& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  int terminal = -1;
  winsize size{.ws_row = 33, .ws_col = 77, .ws_xpixel = 0, .ws_ypixel = 0};
  const pid_t child = ::forkpty(&terminal, nullptr, nullptr, &size);
  if (child == 0) {
    ::execv(PROGRAM, pointers.data());
    ::_exit(127);
  }
  Said said;
  static_cast<void>(!::write(terminal, keys.data(), keys.size()));
  std::array<char, 4096> buffer;
  pollfd ready{.fd = terminal, .events = POLLIN, .revents = 0};
  while (::poll(&ready, 1, 60'000) > 0) {
    const ssize_t count = ::read(terminal, buffer.data(), buffer.size());
    if (count <= 0) break;
    said.text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  ::close(terminal);
  int status = 0;
  ::waitpid(child, &status, 0);
  said.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return said;
}

std::string read(const fs::path& file) {
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

/// Command lines of live processes that carry `mark`.
std::string processes_of(const std::string& mark) {
  std::string found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    if (std::isdigit(static_cast<unsigned char>(entry.path().filename().string().front())) == 0) continue;
    const auto line = read(entry.path() / "cmdline");
    if (line.find(mark) != std::string::npos) found += line + "\n";
  }
  return found;
}

class LabTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto started = on_terminal({"lab", "start", "esp-transport-napt", "--ground", "guest"});
    if (started.code == 77) GTEST_SKIP() << started.text;
    ASSERT_EQ(started.code, 0) << started.text;
    EXPECT_THAT(started.text, HasSubstr("alice"));
    held_ = true;
  }
  void TearDown() override {
    if (held_) on_terminal({"lab", "stop"});
  }
  bool held_ = false;
};

TEST_F(LabTest, IsEnteredAndLeavesNothing) {
  const auto addresses = on_terminal({"lab", "exec", "alice", "--", "ip", "-o", "addr"});
  EXPECT_EQ(addresses.code, 0);
  EXPECT_THAT(addresses.text, HasSubstr("inet "));
  EXPECT_EQ(on_terminal({"lab", "exec", "bob", "--", "false"}).code, 1);
  EXPECT_EQ(on_terminal({"lab", "exec", "bob", "--", "sh", "-c", "exit 42"}).code, 42);
  EXPECT_EQ(on_terminal({"lab", "exec", "bob", "--", "no-such-program"}).code, 127);
  const auto nobody = on_terminal({"lab", "exec", "bbo", "--", "true"});
  EXPECT_EQ(nobody.code, 2);
  EXPECT_THAT(nobody.text, HasSubstr("did you mean \"bob\""));
  const auto ping = on_terminal({"lab", "exec", "alice", "--", "ping", "-c", "1", "-W", "5", "198.51.100.2"});
  EXPECT_EQ(ping.code, 0) << ping.text;
  const auto shell = on_terminal({"lab", "shell", "alice"}, "stty size\nexit 7\n");
  EXPECT_EQ(shell.code, 7) << shell.text;
  EXPECT_THAT(shell.text, HasSubstr("33 77"));
  EXPECT_EQ(on_terminal({"lab", "start", "esp-transport-napt"}).code, 2) << "a second lab beside the first";

  EXPECT_EQ(on_terminal({"lab", "stop"}).code, 0);
  held_ = false;
  EXPECT_EQ(on_terminal({"lab", "exec", "alice", "--", "true"}).code, 2);
  EXPECT_THAT(read("/proc/net/unix"), Not(HasSubstr("@useipsec-lab-")));
  EXPECT_EQ(processes_of("lab-hold"), "");
  EXPECT_EQ(processes_of("/results/lab-"), "");
}

}  // namespace
