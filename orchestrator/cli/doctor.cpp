#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/options.h"
#include "cli/outputs.h"
#include "cli/verbs.h"
#include "ground/capability.h"

namespace useipsec {

namespace {

struct DoctorOptions {
  std::string home, guest_kernel, ground = "auto";
  bool json = false;
};

ExitCode doctor(const DoctorOptions& options) {
  auto all = probe_host();
  const auto tools = probe_tools(options.guest_kernel);
  all.insert(all.end(), tools.begin(), tools.end());
  const auto engines = probe_engines(Home::find(options.home).packages());
  all.insert(all.end(), engines.begin(), engines.end());
  const auto request = options.ground == "host"    ? GroundRequest::host
                       : options.ground == "guest" ? GroundRequest::guest
                                                   : GroundRequest::automatic;
  const auto choice = choose_ground(request, all);
  if (options.json) {
    nlohmann::ordered_json document{
        {"schema", "useipsec/doctor/1"},
        {"ground", choice ? nlohmann::ordered_json(to_string(choice->kind)) : nlohmann::ordered_json()},
        {"why", choice ? choice->why : choice.error().what()},
        {"capabilities", nlohmann::ordered_json::array()}};
    for (const auto& one : all)
      document["capabilities"].push_back({{"name", one.name},
                                          {"found", one.found},
                                          {"needed_for", one.needed_for},
                                          {"said", one.said},
                                          {"remedy", one.remedy}});
    print_json(document);
    return choice ? ExitCode::as_expected : ExitCode::precondition;
  }
  for (const auto& one : all) {
    fmt::print("{:<5} {:<24} {}\n", one.found ? "yes" : "no", one.name, one.said);
    if (!one.found)
      fmt::print("{:31}needed for {}{}\n", "", one.needed_for, one.remedy.empty() ? "" : "; " + one.remedy);
  }
  if (choice) {
    fmt::print("\nground: {} - {}\n", to_string(choice->kind), choice->why);
    return ExitCode::as_expected;
  }
  fmt::print(stderr, "\nuseipsec: {}\n", choice.error().what());
  return ExitCode::precondition;
}

}  // namespace

Verb doctor_verb() {
  return {.name = "doctor",
          .summary = "Try what this machine can do: each precondition, found or how to get it",
          .example = "useipsec doctor",
          .declare = [](Arguments arguments) {
            auto options = std::make_shared<DoctorOptions>();
            add_home(arguments, options->home);
            arguments.option("--ground", options->ground, "auto, host or guest").one_of({"auto", "host", "guest"});
            arguments.option("--guest-kernel", options->guest_kernel, "another User-Mode Linux kernel")
                .from_environment("USEIPSEC_GUEST_KERNEL");
            arguments.flag("--json", options->json, "as JSON (useipsec/doctor/1)");
            return [options] { return doctor(*options); };
          }};
}

}  // namespace useipsec
