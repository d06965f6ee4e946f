#include <nlohmann/json.hpp>

#include "report/ladder/ladder.h"

namespace useipsec {

namespace {

using Json = nlohmann::ordered_json;

const char* kind_word(LadderKind kind) {
  return kind == LadderKind::step ? "step" : kind == LadderKind::note ? "note" : "packets";
}

Json row_json(const Ladder& ladder, const LadderRow& row) {
  Json json{{"kind", kind_word(row.kind)}, {"first", row.first}, {"last", row.last}, {"label", row.label}};
  if (row.kind == LadderKind::packets) {
    json["count"] = row.count;
    json["form"] = to_string(row.form);
    json["detail"] = row.detail;
    json["retransmission"] = row.retransmission;
    json["upkeep"] = row.upkeep;
    json["path"] = Json::array();
    for (const auto& arrow : row.path) {
      auto to = Json::array();
      for (const auto each : arrow.to) to.push_back(ladder.nodes[each]);
      json["path"].push_back({{"from", ladder.nodes[arrow.from]},
                              {"to", std::move(to)},
                              {"link", arrow.link},
                              {"source", arrow.source},
                              {"destination", arrow.destination}});
    }
    json["flows"] = row.flows;
    json["outcome"] = row.outcome;
    json["reasons"] = row.reasons;
  }
  if (row.kind != LadderKind::step)
    json["stopped_at"] = row.stopped_at ? Json(ladder.nodes[*row.stopped_at]) : Json(nullptr);
  return json;
}

}  // namespace

Json ladder_json(const Ladder& ladder) {
  Json json{{"schema", "useipsec/ladder/1"}, {"case", ladder.case_id}, {"title", ladder.title}};
  json["nodes"] = ladder.nodes;
  json["frames"] = ladder.frames;
  json["packets"] = ladder.packets;
  json["missing"] = ladder.missing;
  json["rows"] = Json::array();
  for (const auto& row : ladder.rows) json["rows"].push_back(row_json(ladder, row));
  return json;
}

}  // namespace useipsec
