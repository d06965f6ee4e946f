// Where the time of a grid's cells goes: reads the folder of a run, adds up what its cases recorded, and says the mean
// seconds of a cell for each way of keying and each NAT.
// grid_bench FOLDER
#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "observe/observations.h"

namespace useipsec {
namespace {

namespace fs = std::filesystem;

/// Seconds by what they were spent on, of some cells.
struct Spent {
  int cells = 0;
  double daemons = 0, keying = 0, probing = 0, proving = 0, own = 0, all = 0;

  void add(const Observations& seen) {
    ++cells;
    for (const auto& [name, seconds] : seen.timings) {
      if (name == "own") own += seconds;
      if (name == "total") all += seconds;
      if (name.starts_with("daemon-")) daemons += seconds;
      if (name == "keying") keying += seconds;
      if (name == "probing") probing += seconds;
      if (name == "proving-nat") proving += seconds;
    }
  }
};

void print(const std::string& title, const std::map<std::string, Spent>& rows) {
  fmt::print("{:<20}{:>7}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}\n", title, "cells", "daemons", "keying", "probing", "NAT",
             "own", "all");
  for (const auto& [name, spent] : rows) {
    const auto mean = [&, count = spent.cells](double seconds) { return seconds / count; };
    fmt::print("{:<20}{:>7}{:>9.2f}{:>9.2f}{:>9.2f}{:>9.2f}{:>9.2f}{:>9.2f}\n", name, spent.cells, mean(spent.daemons),
               mean(spent.keying), mean(spent.probing), mean(spent.proving), mean(spent.own), mean(spent.all));
  }
}

/// "nat@libreswan+esp-tunnel.napt.libreswan-ikev2": the values of the axes.
std::vector<std::string> values_of(const std::string& id) {
  std::vector<std::string> values;
  const auto plus = id.find('+');
  if (plus == std::string::npos) return values;
  for (std::size_t at = plus + 1; at <= id.size();) {
    const auto end = std::min(id.find('.', at), id.size());
    values.push_back(id.substr(at, end - at));
    at = end + 1;
  }
  return values;
}

int tell(const fs::path& folder) {
  std::map<std::string, Spent> by_keying, by_nat, in_all;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto file = entry.path() / "observations.json";
    const auto values = values_of(entry.path().filename());
    if (values.size() != 3 || !fs::exists(file)) continue;
    const auto seen = observations_from_json(nlohmann::json::parse(read_text(file)));
    by_nat[values[1]].add(seen);
    by_keying[values[2]].add(seen);
    in_all["all"].add(seen);
  }
  if (in_all.empty()) {
    fmt::print(stderr, "{}: expected the folder of a run of a grid with three axes; found no case of one\n",
               folder.string());
    return 2;
  }
  fmt::print(
      "Mean seconds of a cell. \"own\" is the tool's part of all; NAT boxes are measured once for each way to "
      "behave.\n");
  print("keying", by_keying);
  print("NAT", by_nat);
  print("", in_all);
  return 0;
}

}  // namespace
}  // namespace useipsec

int main(int count, char** arguments) {
  if (count != 2) {
    fmt::print(stderr, "grid_bench FOLDER\n");
    return 2;
  }
  try {
    return useipsec::tell(arguments[1]);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
