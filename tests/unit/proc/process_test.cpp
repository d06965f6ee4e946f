#include "proc/process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "base/error.h"
#include "base/unique_fd.h"
#include "helpers/actor.h"
#include "proc/run_program.h"

namespace useipsec {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

Loop::Clock::time_point soon() { return Loop::Clock::now() + 10s; }

bool have_children() { return ::waitpid(-1, nullptr, WNOHANG) >= 0 || errno != ECHILD; }

/// A killed orphan may stay a zombie until the machine's init collects it; it runs no more.
bool runs(pid_t pid) {
  const UniqueFd fd(::open(("/proc/" + std::to_string(pid) + "/stat").c_str(), O_RDONLY | O_CLOEXEC));
  char text[256] = {};
  if (!fd || ::read(fd.get(), text, sizeof text - 1) <= 0) return false;
  const std::string stat = text;
  return stat[stat.rfind(')') + 2] != 'Z' && stat[stat.rfind(')') + 2] != 'X';
}

struct ProcessTest : testing::Test {
  Loop loop;
  std::vector<std::string> lines;
  Process start(std::vector<std::string> arguments) {
    return Process::start(loop, {actor, std::move(arguments), {}, {}, {}}, {},
                          [this](const auto& line) { lines.push_back(line); });
  }
  Completed run(std::vector<std::string> arguments) {
    return run_program(loop, {actor, std::move(arguments), {}, {}, {}}, {}, soon());
  }
  void await_lines(std::size_t count) {
    ASSERT_EQ(loop.wait([&] { return lines.size() >= count ? Tri::holds : Tri::not_yet; }, soon()), WaitResult::holds);
  }
  /// A grandchild cannot be waited for: a signal is sent at once and takes effect a moment later.
  bool ends_soon(pid_t pid) {
    const auto deadline = soon();
    while (runs(pid) && Loop::Clock::now() < deadline) loop.run_until(Loop::Clock::now() + 1ms);
    return !runs(pid);
  }
  void TearDown() override { EXPECT_FALSE(have_children()) << "a zombie or a child was left"; }
};

TEST_F(ProcessTest, TellsExitCodesFromSignals) {
  EXPECT_EQ(run({"exit", "0"}).status, (ExitStatus{false, 0}));
  EXPECT_EQ(run({"exit", "15"}).status, (ExitStatus{false, 15}));
  EXPECT_EQ(run({"die", "15"}).status, (ExitStatus{true, SIGTERM}));
  EXPECT_EQ(run({"die", "15"}).status.str(), "killed by SIGTERM");
}

TEST_F(ProcessTest, GivesLinesOfBothStreamsAndTheUnendedLast) {
  EXPECT_EQ(run({"say", "one\ntw", "o\nthree"}).output, "one\ntwo\nthree\n");
}

TEST_F(ProcessTest, HandsOverLargeInput) {
  std::string large;
  for (int i = 0; i < 50'000; ++i) large += "line " + std::to_string(i) + "\n";
  EXPECT_EQ(run_program(loop, {actor, {"cat"}, {}, large, {}}, {}, soon()).output, large);
}

TEST_F(ProcessTest, InputIsEmptyUnlessGiven) { EXPECT_EQ(run({"cat"}).output, ""); }

TEST_F(ProcessTest, SetsFolderAndEnvironment) {
  EXPECT_EQ(run_program(loop, {actor, {"where"}, {}, {}, "/proc"}, {}, soon()).output, "/proc\n");
  EXPECT_EQ(run_program(loop, {actor, {"variable", "COLOR"}, {"COLOR=blue"}, {}, {}}, {}, soon()).output, "blue\n");
}

TEST_F(ProcessTest, NoDescriptorOfOursReachesTheProgram) {
  const UniqueFd low(::open("/dev/null", O_RDONLY));  // on purpose without O_CLOEXEC
  const UniqueFd high(::fcntl(low.get(), F_DUPFD, 200));
  EXPECT_EQ(run({"descriptors"}).output, "0\n1\n2\n");
}

TEST_F(ProcessTest, AnInheritedDescriptorKeepsItsNumber) {
  const UniqueFd low(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const UniqueFd high(::fcntl(low.get(), F_DUPFD_CLOEXEC, 200));
  EXPECT_EQ(run_program(loop, {actor, {"descriptors"}, {}, {}, {}, {high.get()}}, {}, soon()).output, "0\n1\n2\n200\n");
}

TEST_F(ProcessTest, AMissingProgramIsNamedAndLeavesNoZombie) {
  try {
    run_program(loop, {"/no/such/program", {}, {}, {}, {}}, {}, soon());
    FAIL() << "it started";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("/no/such/program"));
    EXPECT_THAT(error.what(), HasSubstr("ENOENT"));
  }
}

TEST_F(ProcessTest, AMissingFolderIsToldFromAMissingProgram) {
  try {
    run_program(loop, {actor, {}, {}, {}, "/no/such/folder"}, {}, soon());
    FAIL() << "it started";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("entering its folder"));
  }
}

TEST_F(ProcessTest, AProgramIsNotStartedOutsideItsNamespace) {
  const UniqueFd not_a_namespace(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  Namespaces namespaces;
  namespaces.net = not_a_namespace.get();
  try {
    run_program(loop, {actor, {"exit", "0"}, {}, {}, {}}, namespaces, soon());
    FAIL() << "it started";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("entering its namespaces"));
  }
}

TEST_F(ProcessTest, DestructionKillsTheWholeGroup) {
  pid_t child = 0;
  {
    Process process = start({"family", "wait"});
    await_lines(1);
    child = std::stoi(lines.at(0));
    EXPECT_TRUE(runs(child));
  }
  EXPECT_TRUE(ends_soon(child));
}

TEST_F(ProcessTest, AnEndTakesTheRestOfTheGroupAlong) {
  Process process = start({"family"});
  ASSERT_EQ(loop.wait([&] { return process.exited() ? Tri::holds : Tri::not_yet; }, soon()), WaitResult::holds);
  EXPECT_TRUE(ends_soon(std::stoi(lines.at(0))));
}

TEST_F(ProcessTest, SigkillFollowsWhereSigtermIsIgnored) {
  Process process = start({"stubborn"});
  await_lines(1);
  process.stop(50ms);
  EXPECT_EQ(process.exited(), (ExitStatus{true, SIGKILL}));
}

TEST_F(ProcessTest, ADeadlineKillsAndSaysTheLastWords) {
  try {
    run_program(loop, {actor, {"stubborn"}, {}, {}, {}}, {}, Loop::Clock::now() + 300ms);
    FAIL() << "it ended";
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::deadline);
    EXPECT_THAT(error.what(), HasSubstr("ready"));
  }
}

TEST_F(ProcessTest, DiesWithItsParent) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const pid_t middle = ::fork();
  if (middle == 0) {
    Loop own;
    const Process process = Process::start(own, {actor, {"sleep"}, {}, {}, {}});
    const pid_t pid = process.pid();
    static_cast<void>(::write(ends[1], &pid, sizeof pid));
    ::raise(SIGKILL);
  }
  pid_t pid = 0;
  ASSERT_EQ(::read(ends[0], &pid, sizeof pid), static_cast<ssize_t>(sizeof pid));
  ::waitpid(middle, nullptr, 0);
  EXPECT_TRUE(ends_soon(pid));
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace useipsec
