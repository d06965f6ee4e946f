#include "observe/observations.h"

#include <algorithm>

namespace useipsec {

const Snapshot* Observations::snapshot(std::string_view label) const {
  const auto found =
      std::find_if(snapshots.rbegin(), snapshots.rend(), [&](const auto& each) { return each.label == label; });
  return found == snapshots.rend() ? nullptr : &*found;
}

}  // namespace useipsec
