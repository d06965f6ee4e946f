#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "topology/topology.h"

namespace useipsec {

enum class LabPhase { preparing, held, ending };
/// What holds it: a process of its own, which ends with it, or a run that pauses and goes on.
enum class LabKind { lab, run };
std::string_view to_string(LabPhase phase);

/// What is known of a lab that is held for people to look inside. The form of labs/<name>/lab.json and of the worker's
/// word that it holds one.
struct LabState {
  struct Step {
    std::string text;    ///< "initiate alice"
    std::string result;  ///< "done", "holds" ...; empty: not carried out
    double seconds = 0;
    bool operator==(const Step&) const = default;
  };
  struct Place {
    std::string name, role;              ///< role: "host", "router", "NAPT" ...
    std::vector<std::string> addresses;  ///< "10.0.0.2/24 on lan"
    std::vector<std::string> commands;   ///< what shows the state of its daemons, ready to be typed there
    bool operator==(const Place&) const = default;
  };
  std::string name;  ///< of the lab
  LabKind kind = LabKind::lab;
  LabPhase phase = LabPhase::preparing;
  std::string case_id, scenario, engine, variant, title, topology;
  std::string ground, kernel;
  std::string since;       ///< UTC, "2026-11-24T03:03:58Z"
  int process = 0;         ///< that holds it
  std::string run;         ///< the run's folder, absolute
  std::string folder;      ///< the case's evidence, absolute
  std::string state, why;  ///< the verdict so far; empty before there is one
  std::string example;     ///< a command worth trying, "alice -- ping -c 1 198.51.100.2"; empty where none is
  std::vector<Step> steps;
  std::vector<Place> nodes;
  bool operator==(const LabState&) const = default;
};

nlohmann::ordered_json to_json_document(const LabState& lab);
/// The text of lab.json.
std::string to_text(const LabState& lab);
/// Throws Error (broken) for what to_json_document does not write.
LabState lab_state(const nlohmann::ordered_json& document);
LabState lab_state(const std::string& text);

/// `lab status --json`, schema useipsec/lab/1 (docs/schemas/lab.json).
std::string labs_text(const std::vector<LabState>& labs);

/// The nodes of a topology with their addresses; `commands` stays empty.
std::vector<LabState::Place> places(const Topology& topology);

}  // namespace useipsec
