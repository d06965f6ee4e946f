#include "run/worker_count.h"

#include <gtest/gtest.h>

namespace useipsec {
namespace {

constexpr std::size_t plenty = 1 << 20;

TEST(WorkerCount, ThreeToACore) {
  EXPECT_EQ(worker_count({.cores = 2, .memory_mib = plenty}, 900, 512), 6U);
  EXPECT_EQ(worker_count({.cores = 16, .memory_mib = plenty}, 900, 512), 48U);
}

TEST(WorkerCount, OneForThreeCases) {
  const Machine large{.cores = 64, .memory_mib = plenty};
  EXPECT_EQ(worker_count(large, 1, 512), 1U);
  EXPECT_EQ(worker_count(large, 3, 512), 1U);
  EXPECT_EQ(worker_count(large, 4, 512), 2U);
  EXPECT_EQ(worker_count(large, 31, 512), 11U);
}

TEST(WorkerCount, InTheMemory) {
  EXPECT_EQ(worker_count({.cores = 8, .memory_mib = 2048}, 900, 512), 4U);
  EXPECT_EQ(worker_count({.cores = 8, .memory_mib = 2047}, 900, 512), 3U);
}

TEST(WorkerCount, OneAtLeastWhereThereIsWork) {
  EXPECT_EQ(worker_count({.cores = 8, .memory_mib = 0}, 900, 512), 1U);
  EXPECT_EQ(worker_count({.cores = 8, .memory_mib = plenty}, 0, 512), 0U) << "a shard that nothing was left for";
}

TEST(WorkerCount, ReadsThisMachine) {
  const auto machine = this_machine(GroundKind::host);
  EXPECT_GE(machine.cores, 1U);
  EXPECT_GT(machine.memory_mib, 0U);
  EXPECT_LE(this_machine(GroundKind::guest).memory_mib, machine.memory_mib + 64) << "what is free moves a little";
}

}  // namespace
}  // namespace useipsec
