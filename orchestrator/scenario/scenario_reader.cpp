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
  const auto view = mended(*document, *scenario_shape(), result.diagnostics);
  if (!view) return result;
  const auto& root = view->root();
  const auto& name = root.at("scenario").get_ref<const std::string&>();
  if (name != file.stem().string() && !view->is_gap("/scenario")) {
    result.diagnostics.add(view->at("/scenario",
                                    "expected the file's name without .json: " + quoted_text(file.stem().string()),
                                    quoted_text(name)));
  }
  result.tags = root.value("tags", std::vector<std::string>());
  TopologySource topologies(catalogs.topologies, file.parent_path());
  expand(*view, catalogs, topologies, result);
  if (!result.diagnostics.empty()) result.cases.clear();
  return result;
}

}  // namespace useipsec
