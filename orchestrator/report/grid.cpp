#include "report/grid.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "report/tables.h"
#include "report/text_layout.h"

namespace useipsec {
namespace {

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts{""};
  for (const char letter : text) {
    if (letter == at) {
      parts.emplace_back();
    } else {
      parts.back() += letter;
    }
  }
  return parts;
}

void note(std::vector<std::string>& words, const std::string& word) {
  if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
}

/// Of the control `nat.routed` "nat", and "routed" for the control's own word.
std::string base_name(const std::string& scenario) { return scenario.substr(0, scenario.find('.')); }
std::string control_word(const std::string& scenario) {
  const auto dot = scenario.find('.');
  return dot == std::string::npos ? "" : scenario.substr(dot + 1);
}

bool passed(const CaseResult& result) { return result.verdict.state == State::passed && !result.flaky; }

/// Whether the flows say what became of the cell; else its state does.
bool was_judged(const CaseResult& result) {
  return result.verdict.state == State::passed || result.verdict.state == State::failed;
}

/// "protected", "protected/blocked" where the two directions differ, "unsupported".
std::string fate(const CaseResult& result) {
  if (!was_judged(result)) return state_word(result);
  std::vector<std::string> words;
  for (const auto& flow : result.flows) note(words, to_string(flow.fact.outcome));
  return fmt::format("{}", fmt::join(words, "/"));
}

std::string cell_text(const Grid::Cell& cell) {
  return fate(*cell.result) + (cell.result->verdict.state == State::failed ? "!" : "") +
         (was_judged(*cell.result) && !cell.proven ? "?" : "");
}

/// What cells that went the same way have in common: where it ended and what counted it, without numbers.
std::string reason(const CaseResult& result) {
  if (!was_judged(result)) return result.verdict.why;
  std::vector<std::string> parts;
  for (const auto& sa : result.sas)
    if (sa.child == Presence::down) parts.push_back(fmt::format("no child SA at {}", sa.node));
  for (const auto& flow : result.flows) {
    if (flow.fact.outcome == Outcome::protected_) continue;
    parts.push_back(flow.fact.last_seen_link.empty() ? fmt::format("{} never left {}", flow.fact.name, flow.fact.from)
                                                     : fmt::format("last seen on {}", flow.fact.last_seen_link));
    break;
  }
  std::map<std::string, std::vector<std::string>> counters;
  for (const auto& drop : result.drops)
    if (drop.delta != 0) note(counters[drop.node], drop.counter);
  for (const auto& [node, names] : counters) parts.push_back(fmt::format("{} counts {}", node, fmt::join(names, ", ")));
  return fmt::format("{}", fmt::join(parts, "; "));
}

const Grid::Cell* find(const Grid& grid, const std::string& table, const std::string& row, const std::string& column) {
  for (const auto& cell : grid.cells)
    if (cell.table == table && cell.row == row && cell.column == column) return &cell;
  return nullptr;
}

std::size_t widest(const std::vector<std::string>& words) {
  std::size_t width = 0;
  for (const auto& word : words) width = std::max(width, word.size());
  return width;
}

/// The part of a table that these columns make.
std::string table_text(const Grid& grid, const std::string& table, const std::vector<std::string>& columns,
                       std::size_t label_width, std::size_t cell_width, bool colour) {
  std::string text;
  for (const bool second : {false, true}) {
    std::string line(label_width, ' ');
    for (const auto& column : columns) {
      const auto space = column.find(' ');
      const auto word = !second ? column.substr(0, space) : space == std::string::npos ? "" : column.substr(space + 1);
      line += padded(word, cell_width);
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  for (const auto& row : grid.rows) {
    text += padded("  " + row, label_width);
    for (const auto& column : columns) {
      const auto* cell = find(grid, table, row, column);
      if (cell == nullptr) {
        text += padded("-", cell_width);
      } else {
        text += painted(padded(cell_text(*cell), cell_width), cell->result->verdict.state, colour);
      }
    }
    while (text.back() == ' ') text.pop_back();
    text += "\n";
  }
  return text;
}

std::string reasons_text(const Grid& grid) {
  std::map<std::pair<std::string, std::string>, std::vector<const Grid::Cell*>> alike;
  for (const auto& cell : grid.cells)
    if (fate(*cell.result) != to_string(Outcome::protected_))
      alike[{fate(*cell.result), reason(*cell.result)}].push_back(&cell);
  std::string text;
  for (const auto& [key, cells] : alike) {
    text += paragraph(padded(key.first, 13), key.second);
    std::map<std::string, std::vector<std::string>> rows_of;
    for (const auto* cell : cells) note(rows_of[cell->table], cell->row);
    std::vector<std::string> places;
    for (const auto& table : grid.tables)
      if (rows_of.contains(table))
        places.push_back(fmt::format("{}{}{}", table, table.empty() ? "" : ": ", fmt::join(rows_of[table], ", ")));
    text += paragraph(std::string(15, ' '), fmt::format("{} ({} cell{})", fmt::join(places, "; "), cells.size(),
                                                        cells.size() == 1 ? "" : "s"));
  }
  return text;
}

}  // namespace

Grid grid_of(const RunResult& run) {
  Grid grid;
  std::size_t row_axis = std::string::npos, axes = 0;
  for (const auto& result : run.cases) {
    if (result.variant.find('.') == std::string::npos ||
        (!grid.name.empty() && base_name(result.scenario) != grid.name))
      continue;
    grid.name = base_name(result.scenario);
    const auto values = split(result.variant, '.');
    axes = values.size();
    const auto at = std::find(values.begin(), values.end(), control_word(result.scenario));
    if (at != values.end() && !result.control_of.empty()) row_axis = static_cast<std::size_t>(at - values.begin());
  }
  if (grid.name.empty()) return grid;
  if (row_axis == std::string::npos) row_axis = axes - 1;
  const auto column_axis = row_axis == axes - 1 ? axes - 2 : axes - 1;
  std::set<std::string> proven;
  for (const auto& result : run.cases)
    if (passed(result)) proven.insert(result.id);
  for (const auto& result : run.cases) {
    const auto values = split(result.variant, '.');
    if (base_name(result.scenario) != grid.name || values.size() != axes) continue;
    Grid::Cell cell{.result = &result, .table = {}, .row = values[row_axis], .column = result.engine};
    // "libreswan-ikev2" needs not say libreswan twice.
    auto value = values[column_axis];
    if (value.starts_with(result.engine + "-")) value.erase(0, result.engine.size() + 1);
    if (value != result.engine) cell.column += " " + value;
    for (std::size_t axis = 0; axis < axes; ++axis)
      if (axis != row_axis && axis != column_axis) cell.table += (cell.table.empty() ? "" : " ") + values[axis];
    cell.proven = result.controls.empty() ? passed(result)
                                          : std::all_of(result.controls.begin(), result.controls.end(),
                                                        [&](const auto& id) { return proven.contains(id); });
    note(grid.tables, cell.table);
    note(grid.columns, cell.column);
    // The row of the controls comes first, whatever the order of the run.
    if (!result.control_of.empty() && std::find(grid.rows.begin(), grid.rows.end(), cell.row) == grid.rows.end())
      grid.rows.insert(grid.rows.begin(), cell.row);
    note(grid.rows, cell.row);
    grid.cells.push_back(std::move(cell));
  }
  std::sort(grid.columns.begin(), grid.columns.end());
  return grid;
}

std::string grid_text(const Grid& grid, bool colour) {
  std::vector<std::string> words;
  bool unexpected = false, unproven = false;
  std::size_t as_expected = 0, unsupported = 0;
  for (const auto& cell : grid.cells) {
    words.push_back(cell_text(cell));
    unexpected = unexpected || words.back().find('!') != std::string::npos;
    unproven = unproven || words.back().ends_with('?');
    as_expected += passed(*cell.result) ? 1 : 0;
    unsupported += cell.result->verdict.state == State::unsupported ? 1 : 0;
  }
  std::vector<std::string> heads;
  for (const auto& column : grid.columns)
    for (const auto& part : split(column, ' ')) heads.push_back(part);
  const auto label_width = widest(grid.rows) + 4, cell_width = std::max(widest(words), widest(heads)) + 1;
  const auto fitting = std::max<std::size_t>(1, (page_width - label_width) / cell_width);
  std::string text;
  for (const auto& table : grid.tables) {
    text += table + "\n";
    for (std::size_t first = 0; first < grid.columns.size(); first += fitting) {
      const auto end = std::min(first + fitting, grid.columns.size());
      text += table_text(grid, table,
                         {grid.columns.begin() + static_cast<std::ptrdiff_t>(first),
                          grid.columns.begin() + static_cast<std::ptrdiff_t>(end)},
                         label_width, cell_width, colour);
    }
    text += "\n";
  }
  if (unexpected) text += "!  not as the grid expects\n";
  if (unproven) text += "?  its control did not pass: no evidence\n";
  if (unexpected || unproven) text += "\n";
  text += reasons_text(grid);
  text += fmt::format("{} cells: {} as expected, {} unsupported, {} otherwise\n", grid.cells.size(), as_expected,
                      unsupported, grid.cells.size() - as_expected - unsupported);
  return text;
}

std::string run_tables(const RunResult& run, bool colour) {
  const auto grid = grid_of(run);
  if (!grid.cells.empty() && grid.cells.size() == run.cases.size()) return grid_text(grid, colour) + "\n";
  const auto tables = fmt::format("{}\n{}\n", case_table(run, colour), claim_table(run, colour));
  const bool others = std::any_of(run.cases.begin(), run.cases.end(), std::not_fn(went_otherwise));
  const auto unexpected = others ? unexpected_table(run, colour) : "";
  return unexpected.empty() ? tables : tables + unexpected + "\n";
}

nlohmann::ordered_json grid_json(const Grid& grid) {
  auto cells = nlohmann::ordered_json::array();
  for (const auto& cell : grid.cells) {
    cells.push_back({{"case", cell.result->id},
                     {"table", cell.table},
                     {"row", cell.row},
                     {"column", cell.column},
                     {"state", to_string(cell.result->verdict.state)},
                     {"fate", fate(*cell.result)},
                     {"proven", cell.proven},
                     {"why", reason(*cell.result)}});
  }
  return {{"schema", "useipsec/grid/1"}, {"grid", grid.name},       {"tables", grid.tables},
          {"rows", grid.rows},           {"columns", grid.columns}, {"cells", std::move(cells)}};
}

}  // namespace useipsec
