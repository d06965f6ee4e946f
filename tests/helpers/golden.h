#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/files.h"
#include "helpers/places.h"

namespace useipsec {

/// Compares with tests/golden/<name>. USEIPSEC_ACCEPT=1 rewrites the file and reports the test as skipped.
inline void expect_golden(const std::string& name, const std::string& text) {
  const auto path = source_dir() / "tests" / "golden" / name;
  if (const char* accept = std::getenv("USEIPSEC_ACCEPT"); accept != nullptr && *accept == '1') {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
    GTEST_SKIP() << "rewrote " << path << "; look at the difference before committing it";
  }
  EXPECT_EQ(text, read_text(path)) << "golden file " << path;
}

}  // namespace useipsec
