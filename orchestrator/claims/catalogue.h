#pragma once

#include <filesystem>

#include "claims/claim.h"

namespace useipsec {

/// Reads the catalogue: `folder`/terms.json, `folder`/<group>/group.json, `folder`/<group>/<claim>.json and
/// `folder`/not-testable/<id>.json. Throws Error (ExitCode::invalid) that names the file, the JSON pointer (line and
/// column where the file is not JSON), what was expected and what was found.
Catalogue load_catalogue(const std::filesystem::path& folder);

}  // namespace useipsec
