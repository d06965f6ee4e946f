#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "input/shape.h"
#include "report/run_result.h"

namespace useipsec {

/// Which way something went from one run to another.
enum class Turn : std::uint8_t { worse, better, changed, appeared, gone, same };
enum class Subject : std::uint8_t { case_, flow, wire, claim };

/// One thing that both runs, or one of them, have a word for.
struct Change {
  Turn turn = Turn::same;
  Subject subject = Subject::case_;
  std::string case_id;        ///< empty for a claim
  std::string name;           ///< of the flow or the claim; empty for a case
  std::string before, after;  ///< a state, an outcome, forms on the wire, a status; empty: not there
  std::string why;            ///< the later run's reason; empty where it has none
};

/// What the runs were made with and differ in: "kernel", "libreswan", a scenario's file.
struct Circumstance {
  std::string what, before, after;
};

struct Difference {
  std::vector<Circumstance> circumstances;
  std::vector<Change>
      changes;           ///< worse first, what stayed the same last; cases, flows, wire forms and claims in order
  bool complete = true;  ///< both runs were

  std::size_t count(Subject subject, Turn turn) const;
  /// Whether anything got worse; with `whole` a case that is gone counts as well.
  bool got_worse(bool whole) const;
};

/// What both runs know of what they were made with and differ in: versions, kernel, ground, programs, files.
std::vector<Circumstance> circumstances(const RunResult& before, const RunResult& after);

/// What became different from `before` to `after`, whose names are for messages.
/// A case is worse that passed and does not any more, or that was left out (unsupported, precondition, not-run) and now
/// goes wrong; a flow that met its expectation and does not; a claim that has lost its standing though all cases it
/// rested on are still there. What is new is not worse. Throws Error (invalid) where the runs have no case in common.
Difference compare(const RunResult& before, const std::string& before_name, const RunResult& after,
                   const std::string& after_name);

/// For a terminal, in 80 columns: only what changed, all of it with `all`.
std::string difference_text(const Difference& difference, bool all);

/// One of the runs for difference_json.
struct ComparedRun {
  std::string name;
  const RunResult* run = nullptr;
};
/// Schema "useipsec/diff/1". Text that is not UTF-8 stays as it is: dump with error_handler_t::replace.
nlohmann::ordered_json difference_json(const Difference& difference, const ComparedRun& before,
                                       const ComparedRun& after, bool all, bool whole);
ShapePtr difference_shape();

std::string to_string(Turn turn);
std::string to_string(Subject subject);

}  // namespace useipsec
