#pragma once

#include <string>

#include "claims/claim.h"

namespace useipsec {

/// The whole catalogue as one Markdown page (docs/claims.md). Pure: the same catalogue gives the same text.
std::string claims_markdown(const Catalogue& catalogue);

}  // namespace useipsec
