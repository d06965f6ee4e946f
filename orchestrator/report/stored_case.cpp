#include "report/stored_case.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "input/check.h"
#include "report/stored_json.h"
#include "topology/topology_reader.h"
#include "topology/topology_shape.h"

namespace fs = std::filesystem;

namespace useipsec {

namespace {

bool started(State state) {
  return state != State::not_run && state != State::unsupported && state != State::precondition;
}

void read_topology_into(StoredCase& stored) {
  const auto file = stored.folder / "topology.json";
  std::error_code error;
  if (!fs::exists(file, error)) {
    stored.missing.emplace_back("topology.json is not there: no picture, and where packets ended is not known");
    return;
  }
  Diagnostics diagnostics;
  if (const auto document = Document::read(file, diagnostics);
      document && check(*document, *topology_shape(), diagnostics)) {
    auto reading = topology_at(View(*document), "", diagnostics);
    if (reading.whole) stored.topology = std::move(reading.topology);
  }
  if (!stored.topology) stored.missing.push_back("topology.json cannot be used: " + diagnostics.text());
}

void read_captures_into(StoredCase& stored) {
  for (const auto& record : stored.observations->captures) {
    const auto file = below(stored.folder, record.file);
    if (!file) {
      stored.missing.push_back(fmt::format("the capture of {} at {} is not read: \"{}\" leads out of the case's folder",
                                           record.link, record.node, record.file));
      continue;
    }
    if (record.dropped > 0)
      stored.missing.push_back(
          fmt::format("the capture of {} at {} lost {} packets", record.link, record.node, record.dropped));
    try {
      std::error_code error;
      if (!fs::is_regular_file(*file, error)) throw Error(record.file + " is not there");
      stored.captures.emplace_back(*file, record.link, record.node, stored.observations->started_at);
      if (const auto& problem = stored.captures.back().problem(); !problem.empty())
        stored.missing.push_back(
            fmt::format("the capture of {} at {} is cut off: {}", record.link, record.node, problem));
    } catch (const Error& error) {
      stored.missing.emplace_back(error.what());
    }
  }
}

}  // namespace

StoredCase read_stored_case(const StoredRun& run, const CaseResult& result) {
  StoredCase stored;
  stored.result = &result;
  const auto folder = case_folder(run, result.id);
  std::error_code error;
  if (!folder || !fs::is_directory(*folder, error)) {
    if (started(result.verdict.state))
      stored.missing.emplace_back("the case's folder is not there: no evidence is left");
    return stored;
  }
  stored.folder = *folder;
  if (!started(result.verdict.state)) return stored;
  read_topology_into(stored);
  try {
    stored.observations =
        observations_from_json(read_stored_json(stored.folder / "observations.json", "observations.json"));
    read_captures_into(stored);
  } catch (const Error& problem) {
    stored.missing.push_back(fmt::format("the observations cannot be used: {}", problem.what()));
  }
  return stored;
}

}  // namespace useipsec
