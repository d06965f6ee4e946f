#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "facts/facts.h"
#include "judge/verdict.h"
#include "observe/observations.h"
#include "report/run_record.h"
#include "scenario/scaled_time.h"
#include "scenario/scenario.h"

namespace useipsec {

/// One flow's fact beside what the scenario expected of it.
struct FlowResult {
  FlowFact fact;
  std::string expected;  ///< the outcome's word; empty where the scenario says nothing about it
};

/// One time that a case was run, where it was run several times.
struct Attempt {
  unsigned number = 1;  ///< in the order they were begun, from 1
  State state = State::not_run;
  std::string why;
  double duration_s = 0;
  std::string folder;  ///< relative to the run's folder
};

/// Everything run.json says about one case; enough to tell its story without any other file.
struct CaseResult {
  std::string id, scenario, engine, variant;
  std::string title, about;                        ///< about: the hypothesis
  std::string topology;                            ///< one line: "alice --lan-- nat --wan-- bob"
  std::map<std::string, std::uint32_t> generated;  ///< how many of its nodes "generate" made, by stem
  Verdict verdict;
  std::vector<ClaimReference> claims;
  std::string control_of;
  std::vector<std::string> controls;
  double duration_s = 0;
  double own_s = 0;                ///< of it, the tool's own time
  std::vector<ScaledTime> scaled;  ///< protocol times that it sets shorter than they are
  std::vector<NatRecord> nats;     ///< its NAT boxes, as they were measured before
  std::vector<StepRecord> steps;
  std::vector<SaFact> sas;
  std::vector<FlowResult> flows;
  std::vector<DropFact> drops;
  std::vector<AdjacencyFact> adjacencies;
  std::vector<RouteFact> routes;
  std::vector<SpeechFact> speech;
  std::vector<LogRecord>
      deciding_log;  ///< lines of daemons that say what became of the SAs, and those an expectation found
  std::vector<std::string> evidence;  ///< paths relative to the run's folder
  std::string file;                   ///< the scenario file, as FileRecord writes it
  std::string topology_file;          ///< likewise; empty where the scenario holds its topology
  std::uint64_t seed = 1;
  /// Where it ran several times: all of them. `verdict` and all above are of the one with the worst state.
  std::vector<Attempt> attempts;
  bool flaky = false;  ///< attempts came to different states: neither passed nor evidence for a claim
};

/// One run: the model that every report renders.
struct RunResult {
  std::string tool_version, ground, kernel;
  bool complete = false;  ///< every selected case was finished
  double duration_s = 0;
  std::vector<CaseResult> cases;
  std::vector<ClaimStatus> claims;
  RunRecord record;
  CostRecord cost;
  std::optional<ShardRecord> shard;
  std::string stopped;            ///< why it was ended early on purpose: "fail-fast"; empty: it was not
  std::vector<PartRecord> parts;  ///< of a merged run
};

/// The result of a case that ran. `evidence` as CaseResult has it.
CaseResult case_result(const Case& subject, const Observations& observations, const Facts& facts,
                       const Verdict& verdict, std::vector<std::string> evidence);
/// The result of a case that was not started: unsupported, precondition or not_run with the reason.
CaseResult case_not_started(const Case& subject, State state, std::string why);
/// The word that is shown for it: its state, or "flaky".
std::string state_word(const CaseResult& result);
/// Whether it calls for a look: neither passed nor unsupported, or flaky.
bool went_otherwise(const CaseResult& result);
/// The id of the case it belongs to: its subject's where it is a control, else its own.
const std::string& subject_id(const CaseResult& result);
/// What judge_claims needs of it.
JudgedCase judged_case(const CaseResult& result);

/// Judges the run's claims anew, over all of its cases: those that it lists, in their order, and those that its cases
/// bear on. What the catalogue says of them stays.
void judge_run(RunResult& run);

/// The document of run.json, schema "useipsec/run/1" (docs/schemas/run.json). Text that is not UTF-8
/// stays as it is: dump with error_handler_t::replace, as run_json_text does.
nlohmann::json run_json(const RunResult& run);
/// One case's part of it.
nlohmann::json case_json(const CaseResult& result);
/// run.json as it is written, indented, with a newline at its end.
std::string run_json_text(const RunResult& run);
/// Throws Error (invalid) with a JSON pointer where the document is not what run_json writes. Keys of SAs are not in
/// it.
RunResult run_from_json(const nlohmann::json& document);

}  // namespace useipsec
