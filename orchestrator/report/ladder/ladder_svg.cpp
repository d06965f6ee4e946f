#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "draw/labels.h"
#include "report/ladder/ladder.h"
#include "report/ladder/row_addresses.h"
#include "report/text_layout.h"

namespace useipsec {

namespace {

constexpr double left_edge = 84, line_step = 15, letter = 7.23, label_letters = 52;  // letter: 12 px monospace
constexpr double head_height = 34;

double gap_for(std::size_t nodes) {
  if (nodes <= 2) return 250;
  return nodes == 3 ? 190 : nodes == 4 ? 150 : nodes <= 6 ? 126 : 108;
}

std::string_view class_of(const LadderRow& row) {
  if (is_protected(row.form)) return "sealed";
  if (row.form == WireForm::ike) return "ike";
  return row.upkeep || row.form == WireForm::keepalive ? "upkeep" : "clear";
}

/// The class that colours an outcome; several differ.
std::string_view outcome_class(const std::string& outcome) {
  for (const auto* each : {"protected", "exposed", "blocked", "degraded"})
    if (outcome == each) return each;
  return "several";
}

class Painter {
 public:
  Painter(const Ladder& ladder, std::size_t most_rows)
      : ladder_(ladder), most_rows_(most_rows), gap_(gap_for(ladder.nodes.size())) {
    label_at_ = column(std::max<std::size_t>(ladder.nodes.size(), 2) - 1) + 22;
    width_ = label_at_ + label_letters * letter + 8;
  }

  std::string paint(bool alone) {
    std::size_t drawn = 0;
    for (const auto& row : ladder_.rows) {
      if (drawn++ == most_rows_) break;
      if (row.kind == LadderKind::step)
        step(row);
      else if (row.kind == LadderKind::note)
        note(row);
      else
        packets(row);
    }
    if (ladder_.rows.size() > most_rows_) left_out();
    const double bottom = y_ + 10, height = bottom + 28;
    std::string result = fmt::format(
        "<svg class=\"ladder\" {}role=\"img\" viewBox=\"0 0 {:.0f} {:.0f}\" width=\"{:.0f}\" height=\"{:.0f}\">\n",
        alone ? "xmlns=\"http://www.w3.org/2000/svg\" " : "", width_, height, width_, height);
    result += fmt::format("<title>Packets of {}</title>\n", xml_escaped(ladder_.case_id));
    if (alone) {
      result += fmt::format("<desc>{}</desc>\n<style>\n{}</style>\n", xml_escaped(ladder_.title), ladder_style());
      result += "<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n";
    }
    result += behind_;
    for (std::size_t index = 0; index < ladder_.nodes.size(); ++index) {
      const auto x = column(index);
      result += fmt::format("<path class=\"life\" d=\"M{:.0f} {:.0f}V{:.0f}\"/>\n", x, head_height - 6, bottom);
      for (const auto y : {20.0, bottom + 18}) result += text(x, y, "m", "node", name(index));
    }
    return result + body_ + "</svg>\n";
  }

 private:
  double column(std::size_t index) const { return left_edge + (static_cast<double>(index) * gap_); }
  std::string name(std::size_t index) const {
    const auto most = static_cast<std::size_t>(gap_ / 8.4);
    return wrap(ladder_.nodes[index], most).front();
  }

  static std::string text(double x, double y, std::string_view anchor, std::string_view kind, std::string_view words) {
    std::string classes(kind);
    if (!anchor.empty()) classes += (classes.empty() ? "" : " ") + std::string(anchor);
    return fmt::format("<text x=\"{:.0f}\" y=\"{:.0f}\"{}>{}</text>\n", x, y,
                       classes.empty() ? "" : fmt::format(" class=\"{}\"", classes), xml_escaped(words));
  }
  std::string time(Moment at) const { return text(left_edge - 22, y_ + 20, "e", "time", fmt::format("{:.3f}", at)); }

  void step(const LadderRow& row) {
    y_ += 6;
    const auto lines = wrap(row.label, static_cast<std::size_t>((width_ - left_edge) / letter) - 3);
    const double height = 6 + line_step * static_cast<double>(lines.size());
    behind_ += fmt::format("<rect class=\"step\" x=\"4\" y=\"{:.0f}\" width=\"{:.0f}\" height=\"{:.0f}\" rx=\"3\"/>\n",
                           y_, width_ - 8, height);
    body_ += text(left_edge - 22, y_ + 15, "e", "time", fmt::format("{:.3f}", row.first));
    double y = y_;
    for (const auto& each : lines) body_ += text(left_edge - 8, y += line_step, "", "does", each);
    y_ += height + 4;
  }

  void arrow(const LadderArrow& each) {
    const double y = y_ + 16;
    std::string shafts, heads;
    for (const bool right : {true, false}) {
      std::size_t farthest = each.from;
      for (const auto to : each.to) {
        if (to == each.from || (to > each.from) != right) continue;
        farthest = right ? std::max(farthest, to) : std::min(farthest, to);
        heads += fmt::format("M{:.0f} {:.0f}l{} -4v8z", column(to) + (right ? -1 : 1), y, right ? -7 : 7);
      }
      if (farthest != each.from)
        shafts += fmt::format("M{:.0f} {:.0f}H{:.0f}", column(each.from), y, column(farthest) + (right ? -6 : 6));
    }
    if (!shafts.empty())
      body_ += fmt::format("<path class=\"shaft\" d=\"{}\"/><path class=\"head\" d=\"{}\"/>\n", shafts, heads);
  }

  void cross(std::size_t at) {
    body_ += fmt::format("<path class=\"stop\" d=\"M{0:.0f} {1:.0f}l10 10m0 -10l-10 10\"/>\n", column(at) - 5, y_ + 11);
  }

  void packets(const LadderRow& row) {
    body_ += fmt::format("<g class=\"{}\">", class_of(row));
    std::string title = row.detail;
    if (row.count > 1) title = fmt::format("{:.6f} s to {:.6f} s; {}", row.first, row.last, title);
    body_ += fmt::format("<title>{}</title>\n", xml_escaped(title));
    body_ += time(row.first);
    auto [along, words] = row_addresses(row, [&](const Stretch& each) {
      return static_cast<double>(each.text.size()) * 6.7 < column(each.right) - column(each.left) - 8;
    });
    for (const auto& each : along)
      body_ += text((column(each.left) + column(each.right)) / 2, y_ + 10, "m", "address halo", each.text);
    for (const auto& each : row.path) arrow(each);
    if (row.stopped_at) cross(*row.stopped_at);
    double y = y_ + 20;
    const auto say = [&](const std::string& sentence, std::string_view kind) {
      for (const auto& piece : wrap(sentence, static_cast<std::size_t>(label_letters))) {
        body_ += text(label_at_, y, "", kind, piece);
        y += line_step;
      }
    };
    say(row_title(row), row.retransmission ? "again" : "what");
    for (const auto& each : words) say(each, "address");
    if (!row.flows.empty())
      say(fmt::format("{}: {}", fmt::join(row.flows, ", "), row.outcome), outcome_class(row.outcome));
    body_ += "</g>\n";
    y_ = std::max(y_ + 26, y - 8);
    for (const auto& each : row.reasons) reason(each);
  }

  void reason(const std::string& sentence) {
    const auto lines = wrap(sentence, static_cast<std::size_t>((width_ - left_edge - 24) / letter));
    y_ += 4;
    behind_ += fmt::format("<path class=\"why\" d=\"M{:.0f} {:.0f}v{:.0f}\"/>\n", left_edge - 14, y_ + 3,
                           static_cast<double>(lines.size()) * line_step);
    for (const auto& each : lines) body_ += text(left_edge - 4, y_ += line_step, "", "why halo", each);
    y_ += 8;
  }

  void note(const LadderRow& row) {
    body_ += time(row.first);
    if (row.stopped_at) cross(*row.stopped_at);
    y_ += 22;
    reason(row.label);
  }

  void left_out() {
    std::uint64_t count = 0;
    for (auto index = most_rows_; index < ladder_.rows.size(); ++index) count += ladder_.rows[index].count;
    y_ += 8;
    body_ += text(left_edge - 4, y_ + 14, "", "does",
                  fmt::format("{} more rows with {} packets: useipsec show {} --ladder",
                              ladder_.rows.size() - most_rows_, count, ladder_.case_id));
    y_ += 24;
  }

  const Ladder& ladder_;
  std::size_t most_rows_;
  double gap_, label_at_ = 0, width_ = 0, y_ = head_height;
  std::string behind_, body_;
};

}  // namespace

std::string ladder_svg(const Ladder& ladder) { return Painter(ladder, ladder.rows.size()).paint(true); }

std::string ladder_svg_part(const Ladder& ladder, std::size_t most_rows) {
  return Painter(ladder, most_rows).paint(false);
}

std::string ladder_style() {
  return R"(.ladder { --ink: #1d252c; --soft: #5a6772; --line: #c3ccd4; --band: #eef2f5; --sealed: #1b6e3c; --ike: #1d5fa8;
  --clear: #b3261e; --paper: #ffffff; }
@media (prefers-color-scheme: dark) {
  .ladder { --ink: #dfe6ec; --soft: #98a6b3; --line: #42505c; --band: #1d262e; --sealed: #6cc48d; --ike: #7db4ee;
    --clear: #f2857d; --paper: #12171c; }
}
.ladder .paper { fill: var(--paper); }
.ladder text { font: 12px "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: var(--ink); }
.ladder .m { text-anchor: middle; }
.ladder .e { text-anchor: end; }
.ladder .node { font-size: 14px; font-weight: bold; }
.ladder .life { stroke: var(--line); fill: none; }
.ladder .step { fill: var(--band); }
.ladder .does { font-weight: bold; }
.ladder .time, .ladder .again { fill: var(--soft); }
.ladder .address { font-size: 11px; fill: var(--soft); }
.ladder .shaft { fill: none; stroke: var(--soft); }
.ladder .head { fill: var(--soft); }
.ladder .sealed .shaft { stroke: var(--sealed); stroke-width: 3; }
.ladder .sealed .head, .ladder .sealed .what, .ladder .protected { fill: var(--sealed); }
.ladder .ike .shaft { stroke: var(--ike); stroke-width: 1.5; }
.ladder .ike .head { fill: var(--ike); }
.ladder .clear .shaft { stroke: var(--clear); stroke-width: 1.5; stroke-dasharray: 5 3; }
.ladder .clear .head, .ladder .exposed { fill: var(--clear); }
.ladder .stop { stroke: var(--clear); stroke-width: 3; fill: none; }
.ladder path.why { stroke: var(--clear); stroke-width: 3; }
.ladder .blocked, .ladder .exposed, .ladder .protected { font-weight: bold; }
.ladder .halo { paint-order: stroke; stroke: var(--paper); stroke-width: 4; }
)";
}

}  // namespace useipsec
