#include "inside/lab_register.h"

#include <gmock/gmock.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>

#include "base/error.h"
#include "helpers/temporary_folder.h"

namespace useipsec {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

LabState sample(const std::string& name) {
  LabState lab;
  lab.name = name;
  lab.kind = LabKind::run;
  lab.phase = LabPhase::held;
  lab.case_id = "esp-transport-napt@libreswan";
  lab.since = "2026-11-24T03:03:58Z";
  return lab;
}

/// A process of its own that holds a lab until it is told to end: a process's locks never stand in its own way.
class Holder {
 public:
  Holder(const fs::path& results, const std::string& name) {
    std::array<int, 2> ready{}, end{};
    if (::pipe(ready.data()) != 0 || ::pipe(end.data()) != 0) return;
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(end[1]);
      {
        const LabClaim claim(results, name);
        claim.publish(sample(name));
        char byte = 'x';
        static_cast<void>(!::write(ready[1], &byte, 1));
        static_cast<void>(!::read(end[0], &byte, 1));
      }
      ::_exit(0);
    }
    ::close(ready[1]);
    ::close(end[0]);
    end_ = end[1];
    char byte = 0;
    holds_ = ::read(ready[0], &byte, 1) == 1;
    ::close(ready[0]);
  }
  ~Holder() { stop(); }
  pid_t pid() const { return pid_; }
  bool holds() const { return holds_; }
  void stop() {
    if (end_ < 0) return;
    ::close(end_);
    end_ = -1;
    ::waitpid(pid_, nullptr, 0);
  }
  void kill() {
    ::kill(pid_, SIGKILL);
    stop();
  }

 private:
  pid_t pid_ = -1;
  int end_ = -1;
  bool holds_ = false;
};

std::string refusal(const fs::path& results, const std::string& name) {
  try {
    const LabClaim claim(results, name);
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::invalid);
    return error.what();
  }
  return {};
}

bool is_readable(int fd) {
  pollfd one{.fd = fd, .events = POLLIN, .revents = 0};
  return ::poll(&one, 1, 0) == 1;
}

struct LabRegisterTest : testing::Test {
  TemporaryFolder folder;
  fs::path results = folder.path();
};

TEST_F(LabRegisterTest, ALabIsKnownWithTheProcessThatHoldsIt) {
  EXPECT_TRUE(known_labs(results).empty());
  Holder one(results, "one"), two(results, "two.b_C-3");
  ASSERT_TRUE(one.holds() && two.holds());
  const auto labs = known_labs(results);
  ASSERT_EQ(labs.size(), 2u);
  EXPECT_EQ(labs[0].name, "one");
  EXPECT_EQ(labs[0].holder, one.pid());
  EXPECT_EQ(labs[0].state, sample("one"));
  EXPECT_EQ(labs[1].name, "two.b_C-3");
  EXPECT_EQ(labs[1].holder, two.pid());
  const auto life = holder_life(labs[0]);
  ASSERT_TRUE(life);
  EXPECT_FALSE(is_readable(life.get()));
  one.kill();
  EXPECT_TRUE(is_readable(life.get()));
  two.stop();
}

TEST_F(LabRegisterTest, OnlyItsOwnerMayRead) {
  const Holder holder(results, "one");
  ASSERT_TRUE(holder.holds());
  EXPECT_EQ(fs::status(results / "labs/one").permissions(), fs::perms::owner_all);
}

TEST_F(LabRegisterTest, ANameIsHeldOnce) {
  Holder holder(results, "one");
  ASSERT_TRUE(holder.holds());
  EXPECT_THAT(refusal(results, "one"),
              HasSubstr("found one held by process " + std::to_string(holder.pid()) + " since 2026-11-24T03:03:58Z"));
  EXPECT_THROW(expect_free(results, "one"), Error);
  EXPECT_NO_THROW(expect_free(results, "two"));
  EXPECT_EQ(refusal(results, "two"), "");
  holder.stop();
  EXPECT_EQ(refusal(results, "one"), "");
}

TEST_F(LabRegisterTest, AnOrderlyEndLeavesNothing) {
  Holder holder(results, "one");
  ASSERT_TRUE(holder.holds());
  holder.stop();
  EXPECT_TRUE(fs::is_empty(results));
}

TEST_F(LabRegisterTest, OneThatWasKilledIsToldFromOneThatLives) {
  Holder holder(results, "one");
  ASSERT_TRUE(holder.holds());
  holder.kill();
  const auto labs = known_labs(results);
  ASSERT_EQ(labs.size(), 1u);
  EXPECT_FALSE(labs[0].lives());
  EXPECT_EQ(labs[0].state, sample("one")) << "what it said last is still told";
  EXPECT_FALSE(holder_life(labs[0]));
  // The name is free, and what the dead one said does not pass for the new one's word.
  const Holder next(results, "one");
  ASSERT_TRUE(next.holds());
  EXPECT_EQ(known_labs(results).at(0).holder, next.pid());
}

TEST_F(LabRegisterTest, ForgettingTakesAwayWhatADeadOneLeftAndNothingElse) {
  Holder dead(results, "dead"), alive(results, "alive");
  dead.kill();
  for (const auto& lab : known_labs(results)) forget(lab);
  const auto labs = known_labs(results);
  ASSERT_EQ(labs.size(), 1u);
  EXPECT_EQ(labs[0].holder, alive.pid());
  EXPECT_TRUE(labs[0].state);
}

TEST_F(LabRegisterTest, ALabWhoseWordsCannotBeReadStillLives) {
  const Holder holder(results, "one");
  std::ofstream(results / "labs/one/lab.json") << "{\"half\": ";
  const auto labs = known_labs(results);
  ASSERT_EQ(labs.size(), 1u);
  EXPECT_EQ(labs[0].holder, holder.pid());
  EXPECT_FALSE(labs[0].state);
}

TEST_F(LabRegisterTest, ANameCannotLeaveItsFolder) {
  for (const auto& bad : {std::string(), std::string(".."), std::string("."), std::string("a/b"), std::string("-x"),
                          std::string("a b"), std::string("a\nb"), std::string(65, 'a')})
    EXPECT_THAT(refusal(results, bad), HasSubstr("expected a lab's name")) << bad;
  EXPECT_TRUE(fs::is_empty(results));
}

}  // namespace
}  // namespace useipsec
