#include "report/html/case_html.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "draw/draw.h"
#include "report/attempts.h"
#include "report/cost.h"
#include "report/html/excerpt.h"
#include "report/html/templates.h"
#include "report/html/view.h"
#include "report/ladder/ladder.h"
#include "report/ladder/overlay.h"
#include "report/stored_json.h"
#include "report/wireshark/profile.h"

namespace fs = std::filesystem;

namespace useipsec {

namespace {

constexpr std::size_t most_ladder_rows = 120, most_ladder_text = 40'000;  // rows, bytes
constexpr std::size_t most_files = 24, most_of_a_file = 16'000;           // bytes
constexpr std::size_t most_table_rows = 200;                              // SAs, policies, steps
constexpr std::size_t most_reason = 4'000;                                // bytes of one sentence

std::string cut(const std::string& text) {
  return text.size() <= most_reason
             ? text
             : text.substr(0, most_reason) + fmt::format(" [{} bytes left out]", text.size() - most_reason);
}

/// Builds the view model of one case.
class View {
 public:
  View(const StoredCase& stored, const RunResult& run, const CaseLinks& links)
      : stored_(stored), result_(*stored.result), run_(run), links_(links) {}

  ViewData build(CaseDetail detail) {
    // Whatever a detail leaves out is there and empty.
    for (const auto* name : {"about", "picture", "ladder", "ladder_text", "topology", "reduced", "took", "why"})
      view_.set(name, false);
    for (const auto* name : {"missing", "attempts", "flows", "checks", "sas", "policies", "drops", "adjacencies",
                             "scaled", "nats", "steps", "said", "files", "captures"})
      set_list(view_, name, empty_list());
    head();
    if (detail == CaseDetail::verdict) {
      view_.set("reduced", fmt::format("To keep the page small no more is shown here: useipsec show {}", result_.id));
      return view_;
    }
    view_.set("about", text_or_false(result_.about));
    flows();
    checks();
    sas();
    drops();
    adjacencies();
    scaled();
    nats();
    steps();
    if (detail == CaseDetail::tables) {
      view_.set("reduced",
                fmt::format("To keep the page small, picture, packets, configurations and logs are left out: useipsec "
                            "show {} --ladder",
                            result_.id));
      return view_;
    }
    missing();
    picture();
    packets();
    policies();
    files();
    captures();
    return view_;
  }

 private:
  void head() {
    view_.set("anchor", result_.id);
    view_.set("id", result_.id);
    view_.set("title", result_.title);
    view_.set("why", cut(deciding_why(result_)));
    set_state(view_, result_);
    auto controls = empty_list(), claims = empty_list();
    for (const auto& id : result_.controls) controls << control(id);
    for (const auto& claim : result_.claims) {
      if (!result_.control_of.empty()) break;  // a control bears on nothing by itself
      ViewData each;
      each.set("id", claim.id);
      each.set("bearing", claim.bearing == Bearing::supports ? "Supports" : "Speaks against");
      each.set("why", text_or_false(cut(claim.why)));
      claims << each;
    }
    view_.set("controls", controls);
    view_.set("claims", claims);
    if (result_.control_of.empty()) {
      view_.set("control_of", false);
    } else {
      ViewData subject;
      subject.set("id", result_.control_of);
      subject.set("anchor", result_.control_of);
      view_.set("control_of", subject);
    }
    attempts();
    if (result_.duration_s > 0)
      view_.set("took",
                fmt::format("{:.1f} s, the tool's own {:.1f} %", result_.duration_s, 100 * own_time(result_).share()));
  }

  void attempts() {
    auto list = empty_list();
    const auto* decides = deciding_attempt(result_);
    for (std::size_t index = 0; index < std::min(result_.attempts.size(), most_table_rows); ++index) {
      const auto& attempt = result_.attempts[index];
      ViewData each;
      each.set("number", std::to_string(attempt.number));
      set_state(each, attempt.state);
      each.set("took", fmt::format("{:.1f}", attempt.duration_s));
      each.set("why", cut(attempt.why));
      each.set("folder", attempt.folder);
      const bool leads_out = attempt.folder.find('/') != std::string::npos || attempt.folder == "..";
      each.set("href",
               leads_out ? ViewData(ViewData::type::bool_false) : ViewData(url_path(links_.run / attempt.folder)));
      each.set("decides", &attempt == decides);
      list << each;
    }
    set_list(view_, "attempts", list);
    view_.set("attempts_summary", attempts_text(result_));
    view_.set("attempts_open", result_.flaky);
  }

  ViewData control(const std::string& id) const {
    ViewData each;
    each.set("anchor", id);
    const auto dot = id.find('.'), at = id.find('@');
    each.set("name", dot != std::string::npos && dot < at ? id.substr(dot + 1, at - dot - 1) : id);
    const auto found =
        std::find_if(run_.cases.begin(), run_.cases.end(), [&](const auto& one) { return one.id == id; });
    if (found == run_.cases.end())
      set_state(each, State::not_run);
    else
      set_state(each, *found);
    return each;
  }

  void missing() {
    auto list = empty_list();
    for (const auto& each : stored_.missing) list << ViewData(cut(each));
    set_list(view_, "missing", list);
  }

  void picture() {
    if (!stored_.topology) return;
    view_.set("picture", svg_part(*stored_.topology, overlay(stored_)));
    view_.set("topology", result_.topology);
  }

  /// "lan, wan, far: ah, 12 packets": links that showed the same are said together.
  static std::vector<std::string> links_text(const FlowFact& fact) {
    std::vector<std::pair<std::string, std::vector<std::string>>> groups;
    for (const auto& wire : fact.wire) {
      std::vector<std::string> forms;
      for (const auto form : wire.forms) forms.push_back(to_string(form));
      const auto added = overhead(fact, wire);
      const auto words =
          (wire.packets == 0 ? "nothing" : fmt::format("{}, {} packets", fmt::join(forms, " and "), wire.packets)) +
          (added && *added != 0 ? fmt::format(", overhead {} bytes", *added) : "") +
          (wire.judged ? "" : " (not judged)");
      if (groups.empty() || groups.back().first != words) groups.push_back({words, {}});
      groups.back().second.push_back(wire.link);
    }
    std::vector<std::string> result;
    for (const auto& [words, links] : groups) result.push_back(fmt::format("{}: {}", fmt::join(links, ", "), words));
    return result;
  }

  const Check* check_of(const FlowResult& flow) const {
    for (const auto& check : result_.verdict.checks)
      if (check.subject == "flow " + flow.fact.name) return &check;
    return nullptr;
  }

  /// "protected as esp-in-udp", as the check has it; "nothing" where the scenario says nothing about the flow.
  std::string expected_of(const FlowResult& flow) const {
    if (const auto* check = check_of(flow)) return check->expected;
    return flow.expected.empty() ? "nothing" : flow.expected;
  }
  bool is_unexpected(const FlowResult& flow) const {
    if (const auto* check = check_of(flow)) return !check->holds;
    return !flow.expected.empty() && flow.expected != to_string(flow.fact.outcome);
  }

  /// Flows that fared alike share a row.
  void flows() {
    struct Row {
      std::vector<std::string> names;
      const FlowResult* flow;
    };
    std::vector<Row> rows;
    for (const auto& flow : result_.flows) {
      const auto& fact = flow.fact;
      const auto same = std::find_if(rows.begin(), rows.end(), [&](const Row& row) {
        const auto& other = row.flow->fact;
        return other.from == fact.from && other.to == fact.to && other.outcome == fact.outcome &&
               other.delivered == fact.delivered && other.sent == fact.sent && other.why == fact.why &&
               expected_of(*row.flow) == expected_of(flow) && is_unexpected(*row.flow) == is_unexpected(flow) &&
               other.disagreements == fact.disagreements && links_text(other) == links_text(fact);
      });
      if (same == rows.end())
        rows.push_back({{fact.name}, &flow});
      else
        same->names.push_back(fact.name);
    }
    auto list = empty_list();
    for (const auto& row : rows) list << flow(row.names, *row.flow);
    set_list(view_, "flows", list);
  }

  ViewData flow(const std::vector<std::string>& names, const FlowResult& flow) const {
    const auto& fact = flow.fact;
    ViewData each;
    each.set("names", fmt::format("{}", fmt::join(names, ", ")));
    each.set("from", fact.from);
    each.set("to", fact.to);
    each.set("expected", expected_of(flow));
    each.set("outcome", to_string(fact.outcome));
    each.set("kind", outcome_kind(fact.outcome));
    each.set("unexpected", is_unexpected(flow));
    each.set("delivered", std::to_string(fact.delivered));
    each.set("sent", std::to_string(fact.sent));
    each.set("why", cut(fact.why));
    auto links = empty_list(), contradictions = empty_list();
    for (const auto& words : links_text(fact)) links << ViewData(words);
    for (const auto& words : fact.disagreements) contradictions << ViewData(cut(words));
    each.set("links", links);
    each.set("contradictions", contradictions);
    return each;
  }

  /// What was expected of flows stands in their table, so only other expectations and those that do not hold are rows.
  void checks() {
    auto list = empty_list();
    for (const auto& check : result_.verdict.checks) {
      if (check.holds && check.subject.rfind("flow ", 0) == 0) continue;
      ViewData each;
      each.set("holds", check.holds ? "yes" : "no");
      each.set("kind", check.holds ? "good" : "bad");
      each.set("subject", check.subject);
      each.set("expected", cut(check.expected));
      each.set("observed", cut(check.observed));
      list << each;
    }
    set_list(view_, "checks", list);
  }

  void packets() {
    if (stored_.captures.empty()) return;
    const auto all = ladder(stored_);
    view_.set("ladder", ladder_svg_part(all, most_ladder_rows));
    auto text = ladder_text(all);
    if (text.size() > most_ladder_text) {
      text.resize(text.rfind('\n', most_ladder_text) + 1);
      text += fmt::format("[the rest: useipsec show {} --ladder]\n", result_.id);
    }
    view_.set("ladder_text", text);
    view_.set("ladder_open", result_.control_of.empty() || result_.verdict.state != State::passed);
    view_.set("packets", fmt::format("{} packets, seen {} times on the links", all.packets, all.frames));
  }

  void sas() {
    auto list = empty_list();
    std::size_t count = 0, rows = 0;
    for (const auto& node : result_.sas) {
      count += node.sas.size();
      if (node.sas.empty()) list << sa_row(node, nullptr);
      for (const auto& sa : node.sas)
        if (++rows <= most_table_rows) list << sa_row(node, &sa);
    }
    set_list(view_, "sas", list);
    view_.set("sas_summary",
              fmt::format("{} SAs at {} nodes{}", count, result_.sas.size(),
                          rows > most_table_rows ? fmt::format(", the first {} shown", most_table_rows) : ""));
  }

  static ViewData sa_row(const SaFact& node, const SaRecord* sa) {
    ViewData each;
    each.set("node", node.node);
    each.set("ike", to_string(node.ike));
    each.set("child", to_string(node.child));
    each.set("spi", sa == nullptr ? "none" : fmt::format("0x{:08x}", sa->spi));
    each.set("what", sa == nullptr
                         ? ""
                         : fmt::format("{} {}{}", sa->protocol, sa->mode, sa->udp_encapsulated ? " in udp" : ""));
    each.set("source", sa == nullptr ? "" : sa->source.str());
    each.set("destination", sa == nullptr ? "" : sa->destination.str());
    each.set("packets", sa == nullptr ? "" : std::to_string(sa->packets));
    each.set("failed", sa == nullptr ? "" : std::to_string(sa->integrity_failed));
    return each;
  }

  void policies() {
    if (!stored_.observations || stored_.observations->snapshots.empty()) return;
    const auto* last = stored_.observations->snapshot("after");
    if (last == nullptr) last = &stored_.observations->snapshots.back();
    auto list = empty_list();
    std::size_t count = 0;
    for (const auto& [name, node] : last->nodes)
      for (const auto& policy : node.policies) {
        if (++count > most_table_rows) continue;
        ViewData each;
        each.set("node", name);
        each.set("direction", policy.direction);
        each.set("source", with_port(policy.source.str(), policy.source_port));
        each.set("destination", with_port(policy.destination.str(), policy.destination_port));
        each.set("protocol", policy.protocol == 0 ? "any" : std::to_string(policy.protocol));
        each.set("action", policy.action);
        each.set("template", policy.template_text.empty() ? "none" : policy.template_text);
        each.set("priority", std::to_string(policy.priority));
        list << each;
      }
    set_list(view_, "policies", list);
    view_.set("policies_summary",
              fmt::format("{} policies{}", count,
                          count > most_table_rows ? fmt::format(", the first {} shown", most_table_rows) : ""));
  }

  static std::string with_port(const std::string& prefix, const std::string& port) {
    return port == "any" || port.empty() ? prefix : prefix + " port " + port;
  }

  void drops() {
    auto list = empty_list();
    std::vector<std::string> words;
    for (const auto& drop : result_.drops) {
      ViewData each;
      each.set("node", drop.node);
      each.set("counter", drop.counter);
      each.set("delta", fmt::format("+{}", drop.delta));
      each.set("meaning", drop.meaning);
      list << each;
      if (words.size() < 3) words.push_back(fmt::format("{} {} +{}", drop.node, drop.counter, drop.delta));
    }
    if (result_.drops.size() > words.size())
      words.push_back(fmt::format("{} more", result_.drops.size() - words.size()));
    set_list(view_, "drops", list);
    view_.set("drops_summary", fmt::format("{}", fmt::join(words, ", ")));
    view_.set("drops_open", true);
  }

  void adjacencies() {
    auto list = empty_list();
    for (const auto& one : result_.adjacencies) {
      ViewData each;
      each.set("router", one.router);
      each.set("neighbor", one.neighbor);
      each.set("state", one.state);
      list << each;
    }
    set_list(view_, "adjacencies", list);
  }

  void scaled() {
    auto list = empty_list();
    for (const auto& each : result_.scaled) {
      ViewData one;
      one.set("what", each.what);
      one.set("here", fmt::format("{} s", each.to_s));
      one.set("outside", fmt::format("{} s", each.from_s));
      one.set("source", each.source);
      list << one;
    }
    set_list(view_, "scaled", list);
  }

  void nats() {
    auto list = empty_list();
    for (const auto& nat : result_.nats)
      for (const auto& one : nat.measured) {
        ViewData each;
        each.set("node", nat.node);
        each.set("behavior", one.behavior);
        each.set("expected", one.expected);
        each.set("measured", one.measured);
        list << each;
      }
    set_list(view_, "nats", list);
  }

  void steps() {
    auto list = empty_list(), said = empty_list();
    for (std::size_t index = 0; index < std::min(result_.steps.size(), most_table_rows); ++index) {
      const auto& step = result_.steps[index];
      ViewData each;
      each.set("at", fmt::format("{:.3f}", step.began));
      each.set("took", fmt::format("{:.3f}", std::max(0.0, step.ended - step.began)));
      each.set("step", step.text);
      each.set("result", step.result);
      list << each;
    }
    for (std::size_t index = 0; index < std::min(result_.deciding_log.size(), most_table_rows); ++index) {
      const auto& record = result_.deciding_log[index];
      ViewData each;
      each.set("at", fmt::format("{:.3f}", record.at));
      each.set("who", fmt::format("{} {}", record.node, record.program));
      each.set("line", cut(record.line));
      said << each;
    }
    set_list(view_, "steps", list);
    set_list(view_, "said", said);
  }

  fs::path linked(const fs::path& below_case) const { return links_.run / result_.id / below_case; }

  /// The files of the case's folder but for captures and what this project wrote as JSON for itself.
  std::vector<fs::path> text_files() const {
    std::vector<fs::path> files;
    std::error_code error;
    for (auto entry = fs::recursive_directory_iterator(stored_.folder / "nodes", error);
         !error && entry != fs::end(entry); entry.increment(error))
      if (entry->is_regular_file(error) && !entry->is_symlink(error))
        files.push_back(entry->path().lexically_relative(stored_.folder));
    std::sort(files.begin(), files.end());
    for (const auto* name : {"scenario.json", "topology.json"})
      if (fs::exists(stored_.folder / name)) files.insert(files.begin(), name);
    return files;
  }

  void files() {
    if (stored_.folder.empty()) return;
    const auto all = text_files();
    auto list = empty_list();
    std::uintmax_t bytes = 0;
    for (std::size_t index = 0; index < std::min(all.size(), most_files); ++index) {
      const auto part = excerpt(stored_.folder / all[index], most_of_a_file);
      bytes += part.bytes;
      ViewData each;
      each.set("name", all[index].string());
      each.set("size", size_text(part.bytes));
      each.set("href", url_path(linked(all[index])));
      each.set("text", text_or_false(part.text));
      each.set("note", text_or_false(part.left_out > 0 ? fmt::format("{} left out here", size_text(part.left_out))
                                                       : part.note));
      list << each;
    }
    set_list(view_, "files", list);
    view_.set("files_summary", all.size() > most_files
                                   ? fmt::format("{} files, the first {} here", all.size(), most_files)
                                   : fmt::format("{} files, {}; keys are not shown", all.size(), size_text(bytes)));
  }

  void captures() {
    if (!stored_.observations) return;
    auto list = empty_list();
    std::uint64_t packets = 0;
    for (const auto& record : stored_.observations->captures) {
      if (!below(stored_.folder, record.file)) continue;
      ViewData each;
      each.set("name", fs::path(record.file).filename().string());
      each.set("href", url_path(linked(record.file)));
      each.set("about", fmt::format("what left {} over {}, {} packets", record.node, record.link, record.packets));
      list << each;
      packets += record.packets;
    }
    set_list(view_, "captures", list);
    view_.set("captures_summary",
              fmt::format("{} packets in {} files", packets, stored_.observations->captures.size()));
    if (!links_.captures || stored_.captures.empty()) {
      view_.set("opens", false);
      return;
    }
    const auto profile = wireshark_profile(stored_);
    ViewData opens;
    opens.set("href", url_path(linked("case.pcapng")));
    opens.set("command", wireshark_command(fs::path(result_.id) / "wireshark", fs::path(result_.id) / "case.pcapng"));
    opens.set("keys", fmt::format("{} of ESP SAs, {} of IKE SAs", profile.sas, profile.ike_sas));
    auto left_out = empty_list();
    for (const auto& words : profile.left_out) left_out << ViewData(words);
    opens.set("left_out", left_out);
    view_.set("opens", opens);
  }

  const StoredCase& stored_;
  const CaseResult& result_;
  const RunResult& run_;
  const CaseLinks& links_;
  ViewData view_;
};

}  // namespace

std::string case_html(const StoredCase& stored, const RunResult& run, CaseDetail detail, const CaseLinks& links) {
  static auto parsed = parsed_template(case_template);
  return parsed.render(View(stored, run, links).build(detail));
}

}  // namespace useipsec
