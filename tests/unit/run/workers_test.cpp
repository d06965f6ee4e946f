// Workers that speak in their journals, and such as do not.
#include "run/workers.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "helpers/temporary_folder.h"

namespace useipsec {
namespace {

using namespace std::chrono_literals;
using Deadline = std::function<Loop::Clock::time_point()>;

/// A worker without a process: `life` is what it does until it ends, and gives why it did not do all its work.
class MadeUpWorker : public WorkerProcess {
 public:
  using Life = std::function<std::string(JournalWriter& journal, const Deadline& deadline)>;

  MadeUpWorker(const RunFolder& run, const WorkerStart& start, Life life)
      : journal_(run.journal(start.name)), life_(std::move(life)) {}
  std::string wait(const Deadline& deadline) override { return life_(journal_, deadline); }
  void kill() override {}

 private:
  JournalWriter journal_;
  Life life_;
};

class WorkersTest : public testing::Test {
 protected:
  /// As many workers at most, with these lives.
  std::vector<LostWorker> run(const std::vector<MadeUpWorker::Life>& lives, Workers::Silence longest) {
    const auto starter = [&](const WorkerStart& start) {
      return std::make_unique<MadeUpWorker>(run_, start, lives.at(started_++));
    };
    const auto most = static_cast<unsigned>(lives.size());
    return Workers(loop_, run_, starter, {}, Admission(most, most), longest, {}).work();
  }

  /// Says no more.
  std::string silent(const Deadline& deadline) {
    const auto how = loop_.wait([] { return Tri::not_yet; }, deadline);
    return how == WaitResult::deadline ? "it fell silent" : "it was not given up";
  }

  TemporaryFolder folder_;
  RunFolder run_ = RunFolder::create(folder_.path(), folder_.path() / "run");
  Loop loop_;
  std::size_t started_ = 0;
};

TEST_F(WorkersTest, WhereTheFirstNeverIsUpNoOtherIsTried) {
  const auto never_up = [this](JournalWriter&, const Deadline& deadline) { return silent(deadline); };
  const auto lost = run({never_up, never_up}, {.boot = 0ms});
  ASSERT_EQ(lost.size(), 1U);
  EXPECT_EQ(lost[0].why, "it fell silent");
  EXPECT_EQ(lost[0].case_id, "");
  EXPECT_EQ(started_, 1U);
}

TEST_F(WorkersTest, OneThatFallsSilentIsLostWithItsCaseAndTheOtherGoesOn) {
  const auto falls_silent = [this](JournalWriter& journal, const Deadline& deadline) {
    journal.write({{"event", "ready"}});
    journal.write({{"event", "began"}, {"case", "a@x"}});
    return silent(deadline);
  };
  const auto works = [](JournalWriter& journal, const Deadline&) {
    journal.write({{"event", "ready"}});
    journal.write({{"event", "began"}, {"case", "b@x"}});
    journal.write({{"event", "ended"}, {"case", "b@x"}});
    journal.write({{"event", "done"}});
    return std::string();
  };
  const auto lost = run({falls_silent, works}, {.boot = 1h, .timeline = 0ms, .beside_the_timeline = 0ms});
  ASSERT_EQ(lost.size(), 1U);
  EXPECT_EQ(lost[0].why, "it fell silent");
  EXPECT_EQ(lost[0].case_id, "a@x");
  EXPECT_EQ(started_, 2U);
}

TEST_F(WorkersTest, SilenceBeginsAnewWithEachWord) {
  const auto speaks = [this](JournalWriter& journal, const Deadline& deadline) {
    const auto moves = [&](const nlohmann::json& word) {
      const auto before = deadline();
      journal.write(word);
      loop_.wait([&] { return deadline() == before ? Tri::not_yet : Tri::holds; }, Loop::Clock::now() + 10s);
      return deadline() - before;
    };
    EXPECT_GT(moves({{"event", "ready"}}), 1h) << "a case may take longer than a boot";
    EXPECT_GT(moves({{"event", "began"}, {"case", "a@x"}}), 0s);
    EXPECT_GT(moves({{"event", "ended"}, {"case", "a@x"}}), 0s);
    journal.write({{"event", "done"}});
    return std::string();
  };
  EXPECT_TRUE(run({speaks}, {.boot = 1min, .timeline = 2h}).empty());
}

}  // namespace
}  // namespace useipsec
