#pragma once

#include <gtest/gtest.h>

#include <cstdio>

#include "base/error.h"
#include "run/enclosure.h"

namespace useipsec {

/// All tests of a program, in an enclosure of its own. Where the kernel gives us no namespaces there is nothing to
/// test: ctest reports 77 as skipped, with this line.
inline int run_tests_enclosed(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  try {
    return run_enclosed([] { return RUN_ALL_TESTS(); });
  } catch (const Error& error) {
    std::fprintf(stderr, "skipped: %s\n", error.what());
    return 77;
  }
}

}  // namespace useipsec
