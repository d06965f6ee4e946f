#include "scenario/expand.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>

#include "input/check.h"
#include "input/nearest_word.h"
#include "input/pointer.h"
#include "profile/lint.h"
#include "profile/profile_reader.h"
#include "scenario/case_builder.h"
#include "scenario/case_check.h"
#include "scenario/node_patterns.h"
#include "scenario/scenario_shape.h"
#include "scenario/variations.h"

namespace useipsec {
namespace {

/// The members that decide what happens; two scenarios that agree in all of them are the same experiment.
constexpr std::array experiment{"topology", "profile", "profile_at", "routing", "probes", "timeline"};

/// The members that hold patches: of no matter once these are laid.
constexpr std::array parts_of_patches{"at_engine", "variants", "axes", "at_cells", "controls"};

/// False also where it cannot be told.
bool same_experiment(const View& left, const View& right) {
  return std::all_of(experiment.begin(), experiment.end(), [&](const char* key) {
    const auto pointer = child("", key);
    const auto *in_left = left.find(pointer), *in_right = right.find(pointer);
    const bool no_left = in_left == nullptr || in_left->is_null(),
               no_right = in_right == nullptr || in_right->is_null();
    return left.is_whole(pointer) && right.is_whole(pointer) && no_left == no_right &&
           (no_left || *in_left == *in_right);
  });
}

class Expander {
 public:
  Expander(View base, const Catalogs& catalogs, TopologySource& topologies, ReadResult& result)
      : catalogs_(catalogs), topologies_(topologies), result_(result), base_(std::move(base)) {}

  void expand() {
    check_axes(base_, result_.diagnostics);
    if (!result_.diagnostics.empty() && base_.find("/axes") != nullptr) return;
    const auto variations = variations_of(base_);
    std::vector<View> views;
    std::vector<std::string> engines;
    for (const auto& variation : variations) {
      views.push_back(base_);
      for (const auto& patch : variation.patches) views.back().patch(patch);
      for (const auto& engine : engines_of(views.back())) {
        if (std::find(engines.begin(), engines.end(), engine) == engines.end()) engines.push_back(engine);
      }
    }
    for (const auto& engine : engines) {
      std::map<std::string, std::string> first_subjects;  // by the cell that is their control
      for (std::size_t index = 0; index < variations.size(); ++index) {
        const auto own = engines_of(views[index]);
        if (std::find(own.begin(), own.end(), engine) == own.end() || !variations[index].control_word.empty()) continue;
        View view = views[index];
        view.patch(child("/at_engine", engine));
        const auto& cell = variations[index].control;
        const auto control = std::find_if(variations.begin(), variations.end(),
                                          [&](const Variation& one) { return !cell.empty() && one.name == cell; });
        const auto subject =
            subject_and_controls(view, engine, variations[index], control == variations.end() ? nullptr : &*control);
        if (control == variations.end() || !first_subjects.emplace(cell, subject.id).second) continue;
        View other = views[static_cast<std::size_t>(control - variations.begin())];
        other.patch(child("/at_engine", engine));
        cell_that_is_control(other, engine, *control, subject.id);
      }
    }
    patches_of_engines(engines);
  }

 private:
  /// A patch for an engine that carries nothing out is a slip.
  void patches_of_engines(const std::vector<std::string>& engines) {
    const auto* patches = base_.find("/at_engine");
    if (patches == nullptr) return;
    for (const auto& [engine, patch] : patches->items()) {
      if (std::find(engines.begin(), engines.end(), engine) != engines.end()) continue;
      result_.diagnostics.add(base_.at_key(child("/at_engine", engine),
                                           "expected an engine of this scenario: " + listed(engines),
                                           quoted_text(engine), nearest_word(engine, engines)));
    }
  }

  std::vector<std::string> engines_of(const View& view) {
    const auto engines = view.find("/engines") == nullptr ? std::vector<std::string>()
                                                          : view.find("/engines")->get<std::vector<std::string>>();
    for (std::size_t index = 0; index < engines.size(); ++index) {
      if (std::find(catalogs_.engines.begin(), catalogs_.engines.end(), engines[index]) != catalogs_.engines.end())
        continue;
      complain(view, child("/engines", index), "expected an engine: " + listed(catalogs_.engines),
               quoted_text(engines[index]), nearest_word(engines[index], catalogs_.engines));
    }
    return engines;
  }

  static std::string suffix_of(const std::string& engine, const Variation& variation) {
    return "@" + engine + (variation.name.empty() ? "" : "+" + variation.name);
  }

  static std::string control_id(const std::string& scenario, const std::string& engine, const Variation& control) {
    return scenario + "." + control.control_word + suffix_of(engine, control);
  }

  /// Its controls follow the subject, but for the cell that it shares with others.
  Case subject_and_controls(const View& view, const std::string& engine, const Variation& variation,
                            const Variation* shared) {
    auto subject = build(view, engine, variation.name);
    subject.id = subject.scenario + suffix_of(engine, variation);
    if (shared != nullptr) subject.controls.push_back(control_id(subject.scenario, engine, *shared));
    const auto* controls = view.find("/controls");
    std::vector<Case> cases;
    if (controls != nullptr) {
      for (const auto& [name, patch] : controls->items()) {
        const auto pointer = child("/controls", name);
        View changed = view;
        changed.patch(pointer);
        if (same_experiment(view, changed)) {
          complain(view, pointer,
                   "expected a control that changes the topology, profile, profile_at, routing, probes or timeline",
                   "the same experiment as its subject");
          continue;
        }
        auto control = build(changed, engine, variation.name);
        control.scenario = subject.scenario + "." + name;
        control.id = control.scenario + suffix_of(engine, variation);
        control.control_of = subject.id;
        subject.controls.push_back(control.id);
        cases.push_back(std::move(control));
      }
    }
    if ((controls == nullptr || controls->empty()) && shared == nullptr && !base_.is_gap("/controls"))
      result_.diagnostics.add(view.without_key("", "controls", "expected the key \"controls\": an object"));
    result_.cases.push_back(subject);
    for (auto& each : cases) result_.cases.push_back(std::move(each));
    return subject;
  }

  void cell_that_is_control(const View& view, const std::string& engine, const Variation& cell,
                            const std::string& subject) {
    auto control = build(view, engine, cell.name);
    control.id = control_id(control.scenario, engine, cell);
    control.scenario += "." + cell.control_word;
    control.control_of = subject;
    result_.cases.push_back(std::move(control));
  }

  Case build(const View& view, const std::string& engine, const std::string& variant) {
    View merged = view;
    for (const auto* key : parts_of_patches) merged.drop(key);
    // A patch can take away what is required.
    check_and_mend(merged, *merged_shape_, result_.diagnostics);
    const auto topology = topologies_.of(merged, result_.diagnostics);
    if (!topology.whole) merged.mark_gap("/topology");
    expand_node_patterns(merged, topology.topology, result_.diagnostics);
    for (const auto& node : disagreeing_nodes(merged)) {
      const auto own = profile_view(merged, node);
      if (own && !check(*own, "/profile", *profile_shape(), result_.diagnostics))
        merged.cut_out(child("/profile_at", node));
    }
    auto built = case_from(merged, topology.topology);
    built.engine = engine;
    built.variant = variant;
    const bool profiles_sound = check_case(merged, built, catalogs_, result_.diagnostics);
    accepted_rules(merged, built);
    if (profiles_sound && topology.whole && merged.is_whole("/lint_accepted")) rules(merged, built);
    return built;
  }

  void accepted_rules(const View& view, const Case& built) {
    const auto known = lint_rules();
    for (std::size_t index = 0; index < built.lint_accepted.size(); ++index) {
      const auto& rule = built.lint_accepted[index];
      if (std::find(known.begin(), known.end(), rule) != known.end()) continue;
      complain(view, child(child("/lint_accepted", index), "rule"), "expected a lint rule: " + listed(known),
               quoted_text(rule), nearest_word(rule, known));
    }
  }

  void rules(const View& view, const Case& built) {
    const auto common = lint(built.profile, &built.topology);
    for (const auto& finding : common) rule(view, built, finding, "");
    for (const auto& [node, own] : built.profile_at) {
      if (!own) continue;
      const auto own_view = profile_view(view, node);
      for (const auto& finding : lint(*own, &built.topology)) {
        // What all do wrong was said once.
        if (std::find(common.begin(), common.end(), finding) == common.end())
          rule(*own_view, built, finding, fmt::format("as {} has it, ", node));
      }
    }
  }

  void rule(const View& view, const Case& built, const LintFinding& finding, const std::string& whose) {
    const auto& accepted = built.lint_accepted;
    if (std::find(accepted.begin(), accepted.end(), finding.rule) != accepted.end()) return;
    auto& into = finding.severity == Severity::error ? result_.diagnostics : result_.warnings;
    into.add(
        view.at(finding.pointer, fmt::format("{}: {}{} ({})", finding.rule, whose, finding.message, finding.source)));
  }

  void complain(const View& view, const std::string& pointer, std::string message, std::string found,
                std::string nearest = {}) {
    if (!view.is_whole(pointer)) return;
    result_.diagnostics.add(view.at(pointer, std::move(message), std::move(found), std::move(nearest)));
  }

  const Catalogs& catalogs_;
  TopologySource& topologies_;
  ReadResult& result_;
  View base_;
  ShapePtr merged_shape_ = without_controls();

  static ShapePtr without_controls() {
    auto shape = *scenario_shape(true);
    std::erase_if(shape.fields, [](const Field& field) {
      return std::find(parts_of_patches.begin(), parts_of_patches.end(), field.name) != parts_of_patches.end();
    });
    return std::make_shared<const Shape>(std::move(shape));
  }
};

}  // namespace

void expand(const View& view, const Catalogs& catalogs, TopologySource& topologies, ReadResult& result) {
  Expander(view, catalogs, topologies, result).expand();
}

}  // namespace useipsec
