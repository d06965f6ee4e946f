#include "run/worker_count.h"

#include <algorithm>
#include <fstream>
#include <string>
#include <thread>

#include "ground/guest_memory.h"

namespace useipsec {

namespace {

constexpr std::size_t workers_per_core = 3, cases_per_worker = 3;

/// Memory that new programs can have (proc(5), meminfo).
std::size_t available_mib() {
  std::ifstream stream("/proc/meminfo");
  std::string name, unit;
  std::size_t kib = 0;
  while (stream >> name >> kib && std::getline(stream, unit)) {
    if (name == "MemAvailable:") return kib / 1024;
  }
  return 0;
}

}  // namespace

Machine this_machine(GroundKind ground) {
  Machine machine{.cores = std::max(1U, std::thread::hardware_concurrency()), .memory_mib = available_mib() / 2};
  if (ground == GroundKind::guest) machine.memory_mib = std::min(machine.memory_mib, largest_room_mib(memory_places()));
  return machine;
}

unsigned worker_count(const Machine& machine, std::size_t attempts, std::size_t worker_mib) {
  const std::size_t useful = (attempts + cases_per_worker - 1) / cases_per_worker;
  const std::size_t bearable = std::min(workers_per_core * machine.cores, machine.memory_mib / worker_mib);
  return static_cast<unsigned>(std::min(useful, std::max<std::size_t>(1, bearable)));
}

}  // namespace useipsec
