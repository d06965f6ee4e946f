#pragma once

#include "unit/report/stored_trial.h"

namespace useipsec {

/// A case and its control, both passed, with configurations, and the claims of which one is reproduced.
inline void fill_with_ah_through_nat(ResultFolder& folder) {
  Trial subject;
  subject.subject.id = "nat-ah@manual";
  subject.subject.scenario = "nat-ah";
  subject.subject.title = "AH through a NAT";
  subject.subject.about = "AH covers the addresses that a NAT rewrites.";
  subject.subject.claims = {{"nat-ah-icv", Bearing::supports, ""}};
  subject.subject.controls = {"nat-ah.routed@manual"};
  subject.subject.expect = {FlowExpectation{"ping", Outcome::blocked, {"ah"}}};
  subject.seen.steps = {{.began = 0.5, .ended = 1.0, .text = "start all", .result = "done"},
                        {.began = 1.9, .ended = 4.1, .text = "probe ping", .result = "done"}};
  subject.pings(false, in_ah);
  subject.sas("ah", 0);
  subject.after_probe("bob", "XfrmInStateProtoError", 3);
  folder.add(subject);
  write_text(folder.path() / "nat-ah@manual/nodes/alice/ipsec.conf", "conn peers\n\tauthby=secret\n");
  write_text(folder.path() / "nat-ah@manual/nodes/alice/ipsec.secrets", ": PSK \"not-for-readers\"\n");
  Trial control;
  control.subject.id = "nat-ah.routed@manual";
  control.subject.scenario = "nat-ah.routed";
  control.subject.title = "The same without a NAT";
  control.subject.control_of = "nat-ah@manual";
  control.subject.expect = {FlowExpectation{"ping", Outcome::protected_, {"ah"}}};
  control.pings(true, in_ah);
  control.sas("ah", 3);
  control.arrived({1, 2, 3});
  folder.add(control);
  folder.run.claims =
      judge_claims({"nat-ah-icv", "nd-ike-loop"}, {judged_case(folder.run.cases[0]), judged_case(folder.run.cases[1])});
  folder.run.claims[0].group = "nat";
  folder.run.claims[0].group_title = "NAT traversal";
  folder.run.claims[0].statement = "AH fails behind any NAT.";
  folder.run.claims[0].sources = {"RFC 3715 2.1(a)"};
}

/// Cases that differ in the number of generated nodes, of which each holds 4n SAs: the page has a section on that.
inline void fill_with_growing_numbers(ResultFolder& folder) {
  for (const std::uint32_t n : {2, 16}) {
    Trial trial;
    trial.subject.id = fmt::format("nd-count@manual+n{}", n);
    trial.subject.scenario = "nd-count";
    trial.subject.variant = fmt::format("n{}", n);
    trial.subject.title = fmt::format("Manual SAs of {} hosts", n);
    trial.pings(true, in_ah);
    folder.add(trial);
    auto& result = folder.run.cases.back();
    result.verdict.state = State::passed;
    result.generated = {{"h", n}};
    result.sas.assign(n, SaFact{});
    for (auto& node : result.sas) node.node = "h1", node.usable = 4 * n, node.policies = 4;
  }
}

}  // namespace useipsec
