#include "run/admission.h"

#include <algorithm>
#include <sstream>
#include <string>
#include <utility>

#include "base/files.h"

namespace useipsec {

namespace {

/// Parts of the time that were busy: below the one there is room for another worker, above the other there are too
/// many.
constexpr double room_below = 0.75, too_many_above = 0.95;

}  // namespace

std::optional<ProcessorTime> processor_time(std::string_view text) {
  std::istringstream line{std::string(text.substr(0, text.find('\n')))};
  std::string name;
  // What guests of this machine took is in user and nice already.
  std::uint64_t user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0;
  if (!(line >> name >> user >> nice >> system >> idle >> iowait >> irq >> softirq >> steal) || name != "cpu")
    return std::nullopt;
  const auto busy = user + nice + system + irq + softirq + steal;
  return ProcessorTime{.busy = busy, .all = busy + idle + iowait};
}

std::optional<ProcessorTime> processor_time() { return processor_time(read_text("/proc/stat")); }

Admission::Admission(unsigned least, unsigned most) : least_(std::min(least, most)), most_(most), allowed_(least_) {}

void Admission::look(const ProcessorTime& now) {
  const auto before = std::exchange(before_, now);
  if (!before || now.all <= before->all) return;
  const double busy = static_cast<double>(now.busy - before->busy) / static_cast<double>(now.all - before->all);
  if (busy < room_below) allowed_ = std::min(most_, allowed_ + 1);
  if (busy > too_many_above) allowed_ = std::max(least_, allowed_ - 1);
}

}  // namespace useipsec
