#pragma once

#include <string>

#include "report/run_result.h"

namespace useipsec {

/// What a run was made with, for a terminal: when, by which version, on which kernel, with which programs and files.
std::string record_text(const RunResult& run);

/// The scenario, topology and claim files it was made with, each with its SHA-256.
std::string files_text(const RunResult& run);

}  // namespace useipsec
