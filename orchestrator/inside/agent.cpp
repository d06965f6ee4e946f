#include "inside/agent.h"

#include <csignal>
#include <cstdlib>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "ground/guest_init.h"

namespace useipsec {

using nlohmann::json;
using namespace std::chrono_literals;

std::string to_text(const HeldLab& held) {
  json document{{"case", held.case_id}, {"scenario", held.scenario}, {"state", held.state}, {"why", held.why}, {"folder", held.folder}};
  document["steps"] = json::array();
  for (const auto& step : held.steps) document["steps"].push_back({{"text", step.text}, {"result", step.result}, {"seconds", step.seconds}});
  document["nodes"] = json::array();
  for (const auto& node : held.nodes) document["nodes"].push_back({{"name", node.name}, {"addresses", node.addresses}});
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

HeldLab held_lab(const std::string& text) try {
  const auto document = json::parse(text);
  HeldLab held{.case_id = document.at("case"), .scenario = document.at("scenario"), .state = document.at("state"), .why = document.at("why"),
               .steps = {}, .nodes = {}, .folder = document.at("folder")};
  for (const auto& step : document.at("steps")) held.steps.push_back({step.at("text"), step.at("result"), step.at("seconds")});
  for (const auto& node : document.at("nodes")) held.nodes.push_back({node.at("name"), node.at("addresses")});
  return held;
} catch (const json::exception& error) {
  throw Error(fmt::format("reading what is said of a held lab: {}", error.what()));
}

std::vector<HeldLab::Place> places(const Topology& topology) {
  std::vector<HeldLab::Place> all;
  for (const auto& node : topology.nodes) {
    HeldLab::Place place{.name = node.name, .addresses = {}};
    for (const auto& prefix : node.loopback) place.addresses.push_back(prefix.str() + " on lo");
    for (const auto& link : topology.links) {
      const auto* end = topology.end(link.name, node.name);
      if (end == nullptr) continue;
      for (const auto& prefix : end->addresses) place.addresses.push_back(fmt::format("{} on {}", prefix.str(), link.name));
    }
    all.push_back(std::move(place));
  }
  return all;
}

std::unique_ptr<Agent> Agent::from_environment(Loop& loop) {
  const char* number = std::getenv(guest_stream_variable);
  return number == nullptr ? nullptr : std::unique_ptr<Agent>(new Agent(loop, std::atoi(number)));
}

Agent::Agent(Loop& loop, int stream) : loop_(loop) {
  ::signal(SIGPIPE, SIG_IGN);  // a visitor's program may end before it has read all
  channel_ = std::make_unique<FrameChannel>(loop, UniqueFd(stream), FrameChannel::Sending::blocking, [this](Frame& frame) { take(frame); },
                                            [this] { closed_ = true; });
}

void Agent::hold(Lab& lab, const HeldLab& held) {
  lab_ = &lab;
  folder_ = held.folder;
  stopped_ = false;
  channel_->send({.kind = FrameKind::held, .session = 0, .payload = to_text(held)});
  loop_.wait([this] { return stopped_ || closed_ ? Tri::holds : Tri::not_yet; }, Loop::Clock::now() + 365 * 24h);
  sessions_.clear();
  lab_ = nullptr;
  channel_->send({.kind = FrameKind::released, .session = 0});
}

void Agent::take(Frame& frame) {
  if (frame.kind == FrameKind::stop) stopped_ = true;
  if (frame.kind == FrameKind::open) return open(frame);
  if (frame.kind == FrameKind::gone) {
    sessions_.erase(frame.session);
    return;
  }
  const auto session = sessions_.find(frame.session);
  if (session != sessions_.end()) session->second->take(frame);
}

void Agent::open(const Frame& frame) {
  const auto number = frame.session;
  const auto say = [this, number](FrameKind kind, std::string text) { channel_->send({.kind = kind, .session = number, .payload = std::move(text)}); };
  try {
    if (lab_ == nullptr) throw Error("the lab is on its way out", ExitCode::invalid);
    const auto request = program_request(frame.payload);
    auto program = start_in_node(request, lab_->network().node(request.node).handles(), folder_);
    if (!program) throw program.error();
    sessions_[number] = std::make_unique<AgentSession>(loop_, std::move(*program), say, [this, number] { sessions_.erase(number); });
  } catch (const Error& error) {
    say(FrameKind::refused, fmt::format("{} {}", static_cast<int>(error.exit_code()), error.what()));
  }
}

}  // namespace useipsec
