#include "proc/loop.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "base/error.h"
#include "base/unique_fd.h"
#include "proc/line_splitter.h"

namespace useipsec {
namespace {

using namespace std::chrono_literals;
using Clock = Loop::Clock;

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) == 0) reading.reset(ends[0]), writing.reset(ends[1]);
  }
  void put() const { ASSERT_EQ(::write(writing.get(), "x", 1), 1); }
  void take() const {
    char byte = 0;
    static_cast<void>(::read(reading.get(), &byte, 1));
  }
  UniqueFd reading, writing;
};

TEST(Loop, ChecksBeforeItWaits) {
  Loop loop;
  EXPECT_EQ(loop.wait([] { return Tri::holds; }, Clock::now() - 1h), WaitResult::holds);
  EXPECT_EQ(loop.wait([] { return Tri::impossible; }, Clock::now() + 1h), WaitResult::impossible);
  EXPECT_EQ(loop.wait([] { return Tri::not_yet; }, Clock::now() + 10ms), WaitResult::deadline);
}

TEST(Loop, ChecksAgainAfterEachEventAndIsLevelTriggered) {
  Loop loop;
  const Pipe pipe;
  int seen = 0;
  const Watch watch = loop.watch_readable(pipe.reading.get(), [&] { pipe.take(), ++seen; });
  for (int i = 0; i < 3; ++i) pipe.put();  // three bytes, taken one by one
  EXPECT_EQ(loop.wait([&] { return seen == 3 ? Tri::holds : Tri::not_yet; }, Clock::now() + 5s), WaitResult::holds);
}

TEST(Loop, ADeadlineMovesWithWhatHappens) {
  Loop loop;
  const Pipe pipe;
  auto deadline = Clock::now() + 1h;
  const Watch watch = loop.watch_readable(pipe.reading.get(), [&] { pipe.take(), deadline = Clock::now(); });
  pipe.put();
  EXPECT_EQ(loop.wait([] { return Tri::not_yet; }, [&] { return deadline; }), WaitResult::deadline);
}

TEST(Loop, PollsForWhatNoEventTellsOf) {
  Loop loop;
  int looks = 0;
  const auto later = [&] { return ++looks == 3 ? Tri::holds : Tri::not_yet; };
  EXPECT_EQ(loop.poll(later, Clock::now() + 10s, 1ms), WaitResult::holds);
  EXPECT_EQ(looks, 3);
  EXPECT_EQ(loop.poll([] { return Tri::not_yet; }, Clock::now() + 10ms, 1ms), WaitResult::deadline);
  loop.interrupt();
  EXPECT_EQ(loop.poll([] { return Tri::not_yet; }, Clock::now() + 10s, 1ms), WaitResult::interrupted);
}

TEST(Loop, AWatchThatIsGoneIsSilentAndLeavesTheDescriptorOpen) {
  Loop loop;
  const Pipe pipe;
  int seen = 0;
  Watch watch = loop.watch_readable(pipe.reading.get(), [&] { ++seen; });
  pipe.put();
  watch.reset();
  loop.run_until(Clock::now() + 20ms);
  EXPECT_EQ(seen, 0);
  EXPECT_GE(::fcntl(pipe.reading.get(), F_GETFD), 0);
}

TEST(Loop, AWatchMayEndInItsOwnCallback) {
  Loop loop;
  const Pipe pipe;
  int seen = 0;
  Watch watch;
  watch = loop.watch_readable(pipe.reading.get(), [&] { ++seen, watch.reset(); });
  pipe.put();
  loop.run_until(Clock::now() + 20ms);
  EXPECT_EQ(seen, 1);
}

TEST(Loop, AWatchDoesNotHearWhatWasMeantForOneBeforeIt) {
  Loop loop;
  const std::array<Pipe, 2> busy;
  const Pipe quiet;
  int spurious = 0;
  std::array<Watch, 2> watches;
  Watch late;
  // Both are ready at once: the first ends the other, whose event is on its way, and a new watch comes in its place.
  for (std::size_t n = 0; n < busy.size(); ++n)
    watches[n] = loop.watch_readable(busy[n].reading.get(), [&, n] {
      busy[n].take();
      watches[1 - n].reset();
      late = loop.watch_readable(quiet.reading.get(), [&] { ++spurious; });
    });
  for (const auto& pipe : busy) pipe.put();
  loop.run_until(Clock::now() + 20ms);
  EXPECT_EQ(spurious, 0);
  quiet.put();
  EXPECT_EQ(loop.wait([&] { return spurious > 0 ? Tri::holds : Tri::not_yet; }, Clock::now() + 5s), WaitResult::holds);
}

TEST(Loop, WhatCannotBeWatchedIsRefused) {
  Loop loop;
  const UniqueFd file(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  EXPECT_THROW(static_cast<void>(loop.watch_readable(file.get(), [] {})), Error);
}

TEST(Loop, AnInterruptEndsThisAndLaterWaits) {
  Loop loop;
  std::thread other([&] { loop.interrupt(); });
  EXPECT_EQ(loop.wait([] { return Tri::not_yet; }, Clock::now() + 10s), WaitResult::interrupted);
  other.join();
  EXPECT_EQ(loop.run_until(Clock::now() + 10s), WaitResult::interrupted);
  loop.forget_interrupt();
  EXPECT_EQ(loop.wait([] { return Tri::not_yet; }, Clock::now() + 10ms), WaitResult::deadline);
}

TEST(LineSplitter, CutsAcrossPieces) {
  std::vector<std::string> lines;
  LineSplitter splitter([&](const std::string& line) { lines.push_back(line); });
  for (const char* piece : {"a", "b\n\nc\r\nd", "e"}) splitter.feed(piece);
  EXPECT_EQ(lines, (std::vector<std::string>{"ab", "", "c"}));
  splitter.finish();
  splitter.finish();
  EXPECT_EQ(lines, (std::vector<std::string>{"ab", "", "c", "de"}));
}

}  // namespace
}  // namespace useipsec
