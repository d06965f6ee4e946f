#include "scenario/scenario_reader.h"

#include <nlohmann/json.hpp>

#include "input/check.h"
#include "scenario/expand.h"
#include "scenario/scenario_shape.h"

namespace useipsec {

ReadResult read_scenario(const std::filesystem::path& file, const Catalogs& catalogs) {
  ReadResult result;
  const auto document = Document::read(file, result.diagnostics);
  if (!document) return result;
  check(*document, *scenario_shape(), result.diagnostics);
  if (!result.diagnostics.empty()) return result;  // what has the wrong shape cannot be read any further
  const View view(*document);
  const auto name = document->root().at("scenario").get<std::string>();
  if (name != file.stem().string()) {
    result.diagnostics.add(view.at("/scenario",
                                   "expected the file's name without .json: " + quoted_text(file.stem().string()),
                                   quoted_text(name)));
  }
  result.tags = document->root().value("tags", std::vector<std::string>());
  TopologySource topologies(catalogs.topologies, file.parent_path());
  expand(*document, catalogs, topologies, result);
  if (!result.diagnostics.empty()) result.cases.clear();
  return result;
}

}  // namespace useipsec
