#include "lab/pace.h"

#include <algorithm>

namespace useipsec {

namespace {

/// More than the slowest daemon takes on two cores that three guests share.
constexpr std::chrono::duration<double> usual_for_one{1.5};

}  // namespace

std::chrono::seconds Pace::longest_start(std::size_t daemons) {
  return std::chrono::duration_cast<std::chrono::seconds>(usual_for_one * longest *
                                                          static_cast<double>(std::max<std::size_t>(daemons, 4)));
}

void Pace::ready(std::size_t daemons, std::chrono::duration<double> after) {
  if (daemons == 0) return;
  const double times = after / (usual_for_one * static_cast<double>(daemons));
  factor_ = std::clamp(times, factor_, longest);
}

std::chrono::milliseconds Pace::of(std::chrono::milliseconds window) const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(window * factor_);
}

}  // namespace useipsec
