#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "cli/options.h"
#include "cli/output_schemas.h"
#include "cli/verbs.h"
#include "scenario/schemas.h"

namespace useipsec {

namespace {

struct SchemaOptions {
  std::string name, folder;
};

ExitCode schema(const SchemaOptions& options) {
  auto all = schemas();
  all.merge(output_schemas());
  if (!options.folder.empty()) {
    for (const auto& [name, document] : all)
      replace_text(std::filesystem::path(options.folder) / name, document.dump(2) + "\n");
    return ExitCode::as_expected;
  }
  std::vector<std::string> names;
  for (const auto& [name, document] : all) {
    names.push_back(name);
    if (name != options.name && name != options.name + ".json") continue;
    fmt::print("{}\n", document.dump(2));
    return ExitCode::as_expected;
  }
  throw Error(fmt::format("expected one of {}", fmt::join(names, ", ")), ExitCode::invalid);
}

}  // namespace

Verb schema_verb() {
  return {.name = "schema",
          .summary = "Print the JSON Schema of a file format or of what a verb prints with --json",
          .example = "useipsec schema scenario",
          .declare = [](Arguments arguments) {
            auto options = std::make_shared<SchemaOptions>();
            arguments.option("name", options->name, "which format");
            arguments.option("--write", options->folder, "write all of them into a folder");
            return [options] { return schema(*options); };
          }};
}

}  // namespace useipsec
