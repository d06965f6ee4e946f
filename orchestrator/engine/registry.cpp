#include "engine/engine.h"
#include "engine/libreswan/engine.h"
#include "engine/manual/engine.h"

namespace useipsec {

const std::vector<std::unique_ptr<Engine>>& engines() {
  static const auto all = [] {
    std::vector<std::unique_ptr<Engine>> list;
    list.push_back(std::make_unique<LibreswanEngine>());
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

}  // namespace useipsec
