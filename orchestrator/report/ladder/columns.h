#pragma once

#include <string>
#include <vector>

#include "report/stored_case.h"

namespace useipsec {

/// The case's nodes in path order: along the longest way that a flow takes, the others next to what they are attached
/// to. Without a topology in the order in which the captures name them.
std::vector<std::string> columns_of(const StoredCase& stored);

}  // namespace useipsec
