#include "engine/engine.h"
#include "engine/libreswan/engine.h"
#include "engine/manual/engine.h"
#include "engine/mixed/engine.h"
#include "engine/strongswan/engine.h"

namespace useipsec {

const std::vector<std::unique_ptr<Engine>>& engines() {
  static const auto all = [] {
    std::vector<std::unique_ptr<Engine>> list;
    const Engine& libreswan = *list.emplace_back(std::make_unique<LibreswanEngine>());
    const Engine& strongswan = *list.emplace_back(std::make_unique<StrongswanEngine>());
    list.push_back(std::make_unique<MixedEngine>(libreswan, strongswan));
    list.push_back(std::make_unique<MixedEngine>(strongswan, libreswan));
    list.push_back(std::make_unique<ManualEngine>());
    return list;
  }();
  return all;
}

const Engine* find_engine(std::string_view name) {
  for (const auto& engine : engines())
    if (engine->name() == name) return engine.get();
  return nullptr;
}

std::vector<NeededProgram> programs_of(const Engine& engine, const std::string& packages) {
  constexpr std::string_view word = "{packages}";
  auto programs = engine.programs();
  for (auto& program : programs)
    if (const auto at = program.path.find(word); at != std::string::npos)
      program.path.replace(at, word.size(), packages);
  return programs;
}

}  // namespace useipsec
