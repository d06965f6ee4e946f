#pragma once

#include "report/html/view.h"

namespace useipsec {

/// What the page's section on growing numbers of nodes is filled with: a list, empty where the run has no series.
ViewData growth_views(const RunResult& run);

}  // namespace useipsec
