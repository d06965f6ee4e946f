#include "scenario/variations.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "input/nearest_word.h"
#include "input/pointer.h"

namespace useipsec {
namespace {

struct Axis {
  std::string name, pointer;
  std::vector<std::string> values;
  std::string control;  ///< empty: none of its values is one
};

std::vector<Axis> axes_of(const View& view) {
  std::vector<Axis> axes;
  const auto* list = view.find("/axes");
  for (std::size_t index = 0; list != nullptr && index < list->size(); ++index) {
    const auto& json = list->at(index);
    Axis axis{json.at("axis"), child("/axes", index), {}, json.value("control", "")};
    for (const auto& [value, patch] : json.at("values").items()) axis.values.push_back(value);
    axes.push_back(std::move(axis));
  }
  return axes;
}

using Cell = std::vector<std::string>;  ///< a value of each axis

bool has_value(const Json& wanted, const std::string& value) {
  return wanted.is_array() ? std::find(wanted.begin(), wanted.end(), value) != wanted.end() : wanted == value;
}

/// Whether an entry of at_cells means this cell: on every axis that it names.
bool means(const Json& entry, const std::vector<Axis>& axes, const Cell& cell) {
  for (std::size_t n = 0; n < axes.size(); ++n) {
    const auto wanted = entry.at("cells").find(axes[n].name);
    if (wanted != entry.at("cells").end() && !has_value(*wanted, cell[n])) return false;
  }
  return true;
}

Variation variation_of(const View& view, const std::vector<Axis>& axes, const Cell& cell) {
  Variation made{.name = fmt::format("{}", fmt::join(cell, "."))};
  for (std::size_t n = 0; n < axes.size(); ++n)
    made.patches.push_back(child(child(axes[n].pointer, "values"), cell[n]));
  const auto* entries = view.find("/at_cells");
  for (std::size_t n = 0; entries != nullptr && n < entries->size(); ++n)
    if (means(entries->at(n), axes, cell)) made.patches.push_back(child(child("/at_cells", n), "patch"));
  for (std::size_t n = 0; n < axes.size(); ++n) {
    if (axes[n].control.empty()) continue;
    if (cell[n] == axes[n].control) {
      made.control_word = cell[n];
    } else {
      auto control = cell;
      control[n] = axes[n].control;
      made.control = fmt::format("{}", fmt::join(control, "."));
    }
  }
  return made;
}

std::vector<Variation> cells_of(const View& view) {
  const auto axes = axes_of(view);
  std::vector<Cell> cells{{}};
  for (const auto& axis : axes) {
    std::vector<Cell> longer;
    for (const auto& cell : cells) {
      for (const auto& value : axis.values) {
        longer.push_back(cell);
        longer.back().push_back(value);
      }
    }
    cells = std::move(longer);
  }
  std::vector<Variation> made;
  for (const auto& cell : cells) made.push_back(variation_of(view, axes, cell));
  return made;
}

bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

std::vector<Variation> variations_of(const View& view) {
  // What only variants make whole cannot be judged without them.
  if (view.is_gap("/variants")) return {};
  for (const auto* key : {"/axes", "/at_cells"})
    if (!view.is_whole(key)) return {};
  if (const auto* axes = view.find("/axes"); axes != nullptr && !axes->empty()) return cells_of(view);
  const auto* variants = view.find("/variants");
  if (variants == nullptr || variants->empty()) return {Variation{}};
  std::vector<Variation> made;
  for (const auto& [name, patch] : variants->items())
    made.push_back({.name = name, .patches = {child("/variants", name)}});
  return made;
}

void check_axes(const View& view, Diagnostics& diagnostics) {
  if (view.find("/axes") == nullptr) {
    if (view.find("/at_cells") != nullptr)
      diagnostics.add(view.at_key("/at_cells", "expected the key \"axes\" beside it", "an object without it"));
    return;
  }
  if (!view.is_whole("/axes") || (view.find("/at_cells") != nullptr && !view.is_whole("/at_cells"))) return;
  if (view.find("/variants") != nullptr)
    diagnostics.add(view.at_key("/variants", "expected either variants or axes", "both"));
  const auto axes = axes_of(view);
  std::vector<std::string> names;
  bool controlled = false;
  for (const auto& axis : axes) {
    if (has(names, axis.name))
      diagnostics.add(
          view.at(child(axis.pointer, "axis"), "expected a name that no other axis has", quoted_text(axis.name)));
    names.push_back(axis.name);
    if (axis.control.empty()) continue;
    const auto pointer = child(axis.pointer, "control");
    if (!has(axis.values, axis.control))
      diagnostics.add(view.at(pointer, "expected a value of this axis: " + listed(axis.values),
                              quoted_text(axis.control), nearest_word(axis.control, axis.values)));
    if (controlled) diagnostics.add(view.at(pointer, "expected one axis with a control", "a second one"));
    controlled = true;
  }
  const auto* entries = view.find("/at_cells");
  for (std::size_t n = 0; entries != nullptr && n < entries->size(); ++n) {
    const auto pointer = child(child("/at_cells", n), "cells");
    for (const auto& [name, wanted] : entries->at(n).at("cells").items()) {
      const auto axis = std::find_if(axes.begin(), axes.end(),
                                     [&wanted_name = name](const Axis& one) { return one.name == wanted_name; });
      if (axis == axes.end()) {
        diagnostics.add(view.at_key(child(pointer, name), "expected an axis: " + listed(names), quoted_text(name),
                                    nearest_word(name, names)));
        continue;
      }
      const auto values = wanted.is_array() ? wanted.get<std::vector<std::string>>()
                                            : std::vector<std::string>{wanted.get<std::string>()};
      for (const auto& value : values) {
        if (has(axis->values, value)) continue;
        diagnostics.add(view.at(child(pointer, name), "expected a value of this axis: " + listed(axis->values),
                                quoted_text(value), nearest_word(value, axis->values)));
      }
    }
  }
}

}  // namespace useipsec
