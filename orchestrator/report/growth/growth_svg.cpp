#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "draw/labels.h"
#include "report/growth/growth.h"

namespace useipsec {
namespace {

// All in px. As wide as the text of a phone's page, so that 12 px letters stay nearly that large there.
constexpr double chart_width = 340, letter_px = 7.23, line_px = 14;
constexpr double top_edge = 34, bottom_edge = 236, right_edge = 252;  // of the plot; right of it stand the lines' names
constexpr double inset = 14,
                 below = 24;  // from the plot's edges to its outermost values; below: with the least one's number

/// Where a value of a logarithmic axis lies between two pixels.
struct LogAxis {
  double least = 1, most = 10;  ///< values
  double from = 0, to = 0;      ///< their pixels
  double at(double value) const { return from + ((to - from) * std::log(value / least) / std::log(most / least)); }
};

/// One of the two lines.
struct Line {
  std::uint64_t Held::*what;
  const char* kind;   ///< its class
  const char* words;  ///< its name beside its end
  bool upper;         ///< its values stand above it, those of the other below
  std::optional<double> exponent;
};

std::string words_at(double x, double y, std::string_view kind, std::string_view words) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"{}\">{}</text>\n", x, y, kind, xml_escaped(words));
}

class Chart {
 public:
  explicit Chart(const Growth& growth) : growth_(growth) {
    double least = 0, most = 0;
    for (const auto& point : growth.points)
      for (const auto value : {&Held::one_node, &Held::all_nodes}) {
        if (!point.sas) continue;
        const auto held = static_cast<double>((*point.sas).*value);
        has_zero_ = has_zero_ || held == 0;
        if (held == 0) continue;
        least = least == 0 ? held : std::min(least, held);
        most = std::max(most, held);
      }
    span(std::max(least, 1.0), std::max(most, 1.0));
    left_ = 14 + (letter_px * static_cast<double>(decade_text(most_decade_).size()));
    x_ = {static_cast<double>(growth.points.front().nodes), static_cast<double>(growth.points.back().nodes),
          left_ + inset, right_edge - inset};
    // Zero has no place on a logarithmic axis: it is drawn on the plot's lower edge, below the first decade.
    y_.from = bottom_edge - (has_zero_ ? 2 * below : below);
    y_.to = top_edge;
    states_ = std::any_of(growth.points.begin(), growth.points.end(), [](const auto& each) { return !each.measured; });
  }

  std::string paint(bool alone) {
    axes();
    const std::vector<Line> lines{{&Held::all_nodes, "all", "all nodes", true, growth_.sas.all_nodes},
                                  {&Held::one_node, "one", "one node", false, growth_.sas.one_node}};
    for (const auto& line : lines) draw(line);
    names(lines);
    std::string result = fmt::format(
        "<svg class=\"growth\" {}role=\"img\" viewBox=\"0 0 {:.0f} {:.0f}\" width=\"{:.0f}\" height=\"{:.0f}\">\n",
        alone ? "xmlns=\"http://www.w3.org/2000/svg\" " : "", chart_width, height(), chart_width, height());
    result += fmt::format("<title>SAs of {} over the number of nodes</title>\n<desc>{}</desc>\n",
                          xml_escaped(growth_.name), xml_escaped(described()));
    if (alone)
      result +=
          fmt::format("<style>\n{}</style>\n<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n", growth_style());
    return result + body_ + "</svg>\n";
  }

 private:
  /// The axis of SAs from the least to the most, with two decades at least to read it by.
  void span(double least, double most) {
    constexpr double rounding = 1e-9;
    least_decade_ = static_cast<int>(std::ceil(std::log10(least) - rounding));
    most_decade_ = static_cast<int>(std::floor(std::log10(most) + rounding));
    while (most_decade_ <= least_decade_) {
      const auto up = std::pow(10, most_decade_ + 1), down = std::pow(10, least_decade_ - 1);
      if (least_decade_ == 0 || up / most < least / down) {
        ++most_decade_;
        most = up;
      } else {
        --least_decade_;
        least = down;
      }
    }
    y_.least = least;
    y_.most = most;
  }

  static std::string decade_text(int decade) {
    return decade > 6 ? fmt::format("1e{}", decade) : fmt::format("{:.0f}", std::pow(10, decade));
  }

  double height() const { return bottom_edge + (states_ ? 60 : 46); }
  double y(std::uint64_t value) const { return value == 0 ? bottom_edge : y_.at(static_cast<double>(value)); }
  double x(const GrowthPoint& point) const { return x_.at(static_cast<double>(point.nodes)); }

  /// What the picture shows, for who does not see it.
  std::string described() const {
    std::vector<std::string> parts;
    for (const auto& point : growth_.points) {
      auto part = point.sas ? fmt::format("n = {}: {} in one node, {} in all nodes", point.nodes, point.sas->one_node,
                                          point.sas->all_nodes)
                            : fmt::format("n = {}: not observed", point.nodes);
      if (!point.measured) part += fmt::format(" ({})", state_word(*point.result));
      parts.push_back(std::move(part));
    }
    return fmt::format("SAs over n, the number of nodes {0}1, {0}2, ..., both axes logarithmic. {1}.", growth_.stem,
                       fmt::join(parts, "; "));
  }

  void axes() {
    for (int decade = least_decade_; decade <= most_decade_; ++decade) {
      const auto at = y_.at(std::pow(10, decade));
      body_ += fmt::format("<path class=\"decade\" d=\"M{:.1f} {:.1f}H{:.1f}\"/>\n", left_, at, right_edge);
      body_ += words_at(left_ - 6, at + 4, "soft e", decade_text(decade));
    }
    if (has_zero_) body_ += words_at(left_ - 6, bottom_edge + 4, "soft e", "0");
    body_ += fmt::format("<path class=\"axis\" d=\"M{:.1f} {:.1f}H{:.1f}\"/>\n", left_, bottom_edge, right_edge);
    body_ += words_at(left_ - 6, 14, "soft e", "SAs");
    body_ += words_at((left_ + right_edge) / 2, height() - 10, "soft m",
                      fmt::format("n (nodes {0}1, {0}2, ...)", growth_.stem));
    double number_end = 0, state_end = 0;  // of the last word
    for (const auto& point : growth_.points) {
      const auto at = x(point);
      body_ += fmt::format("<path class=\"axis\" d=\"M{:.1f} {:.1f}v4\"/>\n", at, bottom_edge);
      below_axis(at, bottom_edge + 18, "m", std::to_string(point.nodes), number_end);
      if (!point.measured) below_axis(at, bottom_edge + 18 + line_px, "soft m", state_word(*point.result), state_end);
    }
  }

  /// Where it covers the word before it, it is left out.
  void below_axis(double x, double y, std::string_view kind, const std::string& word, double& end) {
    const auto half = letter_px * static_cast<double>(word.size()) / 2;
    if (x - half < end) return;
    end = x + half + 3;
    body_ += words_at(x, y, kind, word);
  }

  /// A square on the line of all nodes, a circle on that of one, hollow where the case did not pass.
  void mark(const Line& line, double x, double y, bool measured) {
    const auto kind = fmt::format("mark {}{}", line.kind, measured ? "" : " hollow");
    body_ += line.upper ? fmt::format("<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"7\" height=\"7\"/>\n", kind,
                                      x - 3.5, y - 3.5)
                        : fmt::format("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\"/>\n", kind, x, y);
  }

  void draw(const Line& line) {
    std::string path;
    bool pen_down = false;
    for (const auto& point : growth_.points) {
      if (!point.measured) continue;
      const auto value = (*point.sas).*line.what;
      if (value > 0) path += fmt::format("{}{:.1f} {:.1f}", pen_down ? 'L' : 'M', x(point), y(value));
      pen_down = value > 0;  // there is no way from zero to any power of n
    }
    if (!path.empty()) body_ += fmt::format("<path class=\"line {}\" d=\"{}\"/>\n", line.kind, path);
    double last_x = -1e9, last_y = 0, last_width = 0;
    for (const auto& point : growth_.points) {
      if (!point.sas) continue;
      const auto value = (*point.sas).*line.what;
      const auto at_x = x(point), at_y = y(value);
      mark(line, at_x, at_y, point.measured);
      const bool zero = value == 0;
      if (zero && !line.upper && point.sas->all_nodes == 0) continue;  // the other's number says it
      // Off the line, which comes from the lower left and goes to the upper right.
      const auto word = std::to_string(value);
      const auto width = letter_px * static_cast<double>(word.size());
      auto word_y = at_y + (line.upper || zero ? -8 : 17);
      const auto word_x = std::max(line.upper ? at_x + 4 - width : at_x - 4, left_ + 2);
      // Two that would cover each other: the later goes one line on.
      if (word_x < last_x + last_width + 3 && std::abs(word_y - last_y) < line_px)
        word_y = last_y + (line.upper ? -line_px : line_px);
      body_ += words_at(word_x, word_y, fmt::format("value halo {}", line.kind), word);
      last_x = word_x, last_y = word_y, last_width = width;
    }
  }

  /// Each line's name right of its end, moved apart where the two would cover each other.
  void names(const std::vector<Line>& lines) {
    const auto last =
        std::find_if(growth_.points.rbegin(), growth_.points.rend(), [](const auto& each) { return each.measured; });
    const double block = (2 * line_px) + 4;
    double upper = y((*last->sas).*lines[0].what) - 2, lower = y((*last->sas).*lines[1].what) - 2;
    if (lower - upper < block) {
      const auto apart = (block - (lower - upper)) / 2;
      upper -= apart;
      lower += apart;
    }
    const auto beyond = std::max(0.0, lower + line_px - bottom_edge);
    upper -= lower - upper < block + beyond ? beyond : 0;
    lower -= beyond;
    for (const auto& line : lines) {
      const auto at = line.upper ? upper : lower;
      const auto kind = fmt::format("name {}", line.kind);
      body_ += words_at(right_edge + 6, at, kind, line.words);
      if (!line.exponent) continue;
      body_ += fmt::format(
          "<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"{}\">as n<tspan class=\"power\" dy=\"-4\">{}</tspan></text>\n",
          right_edge + 6, at + line_px, line.kind, power_text(*line.exponent));
    }
  }

  const Growth& growth_;
  bool has_zero_ = false, states_ = false;  ///< states_: of cases that did not pass, below their n
  int least_decade_ = 0, most_decade_ = 1;
  double left_ = 0;
  LogAxis x_, y_;
  std::string body_;
};

}  // namespace

std::string growth_svg(const Growth& growth) { return Chart(growth).paint(true); }
std::string growth_svg_part(const Growth& growth) { return Chart(growth).paint(false); }

std::string growth_style() {
  return R"(.growth { --ink: #1d252c; --soft: #5a6772; --line: #d5dce2; --one: #1d5fa8; --all: #8a4b00; --paper: #ffffff; }
@media (prefers-color-scheme: dark) {
  .growth { --ink: #dfe6ec; --soft: #98a6b3; --line: #35424d; --one: #7db4ee; --all: #e2b15c; --paper: #12171c; }
}
.growth .paper { fill: var(--paper); }
.growth text { font: 12px "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: var(--ink); }
.growth .m { text-anchor: middle; }
.growth .e { text-anchor: end; }
.growth text.soft { fill: var(--soft); }
.growth .decade { stroke: var(--line); fill: none; }
.growth .axis { stroke: var(--soft); fill: none; }
.growth .line { stroke-width: 2; fill: none; stroke-linejoin: round; }
.growth .line.one { stroke: var(--one); }
.growth .line.all { stroke: var(--all); }
.growth .mark { stroke-width: 1.5; }
.growth .mark.one { fill: var(--one); stroke: var(--one); }
.growth .mark.all { fill: var(--all); stroke: var(--all); }
.growth .mark.hollow { fill: var(--paper); }
.growth text.one { fill: var(--one); }
.growth text.all { fill: var(--all); }
.growth .name { font-weight: bold; }
.growth .power { font-size: 9px; }
.growth .halo { paint-order: stroke; stroke: var(--paper); stroke-width: 4; }
)";
}

}  // namespace useipsec
