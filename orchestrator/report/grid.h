#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "report/run_result.h"

namespace useipsec {

/// The cases of a scenario with axes, by their place: a table for each value of the first axes, a row for each value of
/// the axis that has the controls, a column for each engine and value of the remaining axis.
struct Grid {
  struct Cell {
    const CaseResult* result;  ///< outlived by the run
    std::string table, row, column;
    bool proven = true;  ///< all its controls passed; a control is proven where it passed itself
  };
  std::string name;
  std::vector<std::string> tables, rows, columns;  ///< in the order of the run
  std::vector<Cell> cells;
};

/// The grid of the first scenario in the run whose variants are cells; without cells where there is none.
Grid grid_of(const RunResult& run);

/// The tables in 80 columns: each cell says what became of its flows, or why there is nothing to say; below them the
/// reasons, with the cells that share them. Ends with how many cells were as expected.
std::string grid_text(const Grid& grid, bool colour);

/// A run's tables: of its grid where it is of nothing else, otherwise of its cases, of its claims and once more of the
/// cases that did not go as expected, where there are others.
std::string run_tables(const RunResult& run, bool colour);

/// The same for machines: schema useipsec/grid/1.
nlohmann::ordered_json grid_json(const Grid& grid);

}  // namespace useipsec
