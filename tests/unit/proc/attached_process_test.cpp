#include "proc/attached_process.h"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "base/error.h"
#include "helpers/actor.h"
#include "proc/detached_process.h"

namespace useipsec {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

struct AttachedProcessTest : testing::Test {
  Loop loop;

  AttachedProcess start(std::vector<std::string> arguments, std::optional<TerminalSize> terminal = std::nullopt,
                        const std::string& program = actor) {
    return AttachedProcess::start({program, std::move(arguments), {}, {}, {}}, {}, terminal);
  }
  ExitStatus end_of(AttachedProcess& process) {
    const auto watch = loop.watch_readable(process.life(), [] {});
    EXPECT_EQ(loop.wait([&] { return process.exited() ? Tri::holds : Tri::not_yet; }, Loop::Clock::now() + 10s),
              WaitResult::holds);
    return process.exited().value_or(ExitStatus{true, 0});
  }
  static std::string rest_of(const UniqueFd& stream) {
    std::string text;
    std::array<char, 4096> buffer;
    for (ssize_t count = 0; (count = ::read(stream.get(), buffer.data(), buffer.size())) > 0;)
      text.append(buffer.data(), static_cast<std::size_t>(count));
    return text;
  }
  std::string read_until(const UniqueFd& stream, const std::string& words) {
    std::string text;
    const auto watch = loop.watch_readable(stream.get(), [&] { text += rest_of(stream); });
    EXPECT_EQ(loop.wait([&] { return text.find(words) != std::string::npos ? Tri::holds : Tri::not_yet; },
                        Loop::Clock::now() + 10s),
              WaitResult::holds)
        << text;
    return text;
  }
};

TEST_F(AttachedProcessTest, ItsThreeStreamsAreApart) {
  auto process = start({"say", "to the output", "to the error stream"});
  EXPECT_EQ(end_of(process), (ExitStatus{false, 0}));
  EXPECT_EQ(rest_of(process.output), "to the output");
  EXPECT_EQ(rest_of(process.error), "to the error stream");
}

TEST_F(AttachedProcessTest, InputReachesItAndEnds) {
  auto process = start({"cat"});
  ASSERT_EQ(::write(process.input.get(), "a\0b\n", 4), 4);
  EXPECT_EQ(read_until(process.output, "\n"), std::string("a\0b\n", 4));
  process.input.reset();
  EXPECT_EQ(end_of(process), (ExitStatus{false, 0}));
}

TEST_F(AttachedProcessTest, RoomToWriteIsAnEvent) {
  auto process = start({"sleep"});
  const std::string block(4096, 'x');
  while (::write(process.input.get(), block.data(), block.size()) > 0) {
  }
  ASSERT_EQ(errno, EAGAIN);
  bool room = false;
  const auto watch = loop.watch_writable(process.input.get(), [&] { room = true; });
  EXPECT_EQ(loop.run_until(Loop::Clock::now() + 20ms), WaitResult::deadline);
  EXPECT_FALSE(room) << "nobody has read";
  process.signal(SIGKILL);  // and the pipe's reader is gone
  EXPECT_EQ(loop.wait([&] { return room ? Tri::holds : Tri::not_yet; }, Loop::Clock::now() + 10s), WaitResult::holds);
  EXPECT_EQ(end_of(process), (ExitStatus{true, SIGKILL}));
}

TEST_F(AttachedProcessTest, SignalsReachIt) {
  auto process = start({"sleep"});
  process.signal(SIGTERM);
  EXPECT_EQ(end_of(process), (ExitStatus{true, SIGTERM}));
}

TEST_F(AttachedProcessTest, WhatDoesNotStartIsAnsweredAsByAShell) {
  const auto code = [&](const std::string& program) {
    try {
      start({}, std::nullopt, program);
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr(program));
      return static_cast<int>(error.exit_code());
    }
    return 0;
  };
  EXPECT_EQ(code("no-such-program-anywhere"), 127);
  EXPECT_EQ(code("/no/such/program"), 127);
  EXPECT_EQ(code("/etc/passwd"), 126);
}

TEST_F(AttachedProcessTest, ATerminalIsItsControllingOneAndHasASize) {
  auto process =
      start({"-c", "stty size; test -r /dev/tty && echo mine"}, TerminalSize{.rows = 33, .columns = 77}, "/bin/sh");
  EXPECT_FALSE(process.error);
  const auto said = read_until(process.output, "mine");
  EXPECT_THAT(said, HasSubstr("33 77"));
  EXPECT_EQ(end_of(process), (ExitStatus{false, 0}));
}

TEST_F(AttachedProcessTest, KeysOfATerminalAreSignals) {
  auto process = start({"-c", "trap 'echo caught; exit 5' INT; echo ready; while :; do sleep 0.05; done"},
                       TerminalSize{}, "/bin/sh");
  read_until(process.output, "ready");
  ASSERT_EQ(::write(process.input.get(), "\x03", 1), 1);
  read_until(process.output, "caught");
  EXPECT_EQ(end_of(process), (ExitStatus{false, 5}));
}

TEST_F(AttachedProcessTest, ItsTerminalCanBeResized) {
  auto process = start({"-c", "trap 'stty size; exit 0' WINCH; echo ready; while :; do sleep 0.05; done"},
                       TerminalSize{}, "/bin/sh");
  read_until(process.output, "ready");
  process.resize({.rows = 40, .columns = 111});
  read_until(process.output, "40 111");
  EXPECT_EQ(end_of(process), (ExitStatus{false, 0}));
}

TEST_F(AttachedProcessTest, GoingHangsUp) {
  pid_t pid = 0;
  {
    auto process = start({"-c", "echo $$; exec sleep 1000"}, std::nullopt, "/bin/sh");
    pid = std::stoi(read_until(process.output, "\n"));
  }
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGHUP);
}

TEST(DetachedProcess, TellsThroughItsChannelAndLeadsItsOwnSession) {
  const auto process = start_detached(
      {"/bin/sh", {"-c", "echo out; echo err >&2; read line; echo read $?; cut -d' ' -f6 /proc/$$/stat"}, {}, {}, {}});
  std::string text;
  std::array<char, 256> buffer;
  for (ssize_t count = 0; (count = ::read(process.channel.get(), buffer.data(), buffer.size())) > 0;)
    text.append(buffer.data(), static_cast<std::size_t>(count));
  int status = 0;
  ASSERT_EQ(::waitpid(process.pid, &status, 0), process.pid);
  EXPECT_THAT(text, HasSubstr("out\nerr\nread 1\n")) << "there is nothing for it to read";
  EXPECT_THAT(text, HasSubstr("read 1\n" + std::to_string(process.pid) + "\n"));
}

TEST(DetachedProcess, AMissingProgramIsNamed) {
  try {
    static_cast<void>(start_detached({"/no/such/program", {}, {}, {}, {}}));
    FAIL() << "it started";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("/no/such/program"));
  }
}

}  // namespace
}  // namespace useipsec
