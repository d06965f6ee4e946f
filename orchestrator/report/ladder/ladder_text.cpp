#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "report/ladder/ladder.h"
#include "report/ladder/row_addresses.h"
#include "report/printable.h"
#include "report/text_layout.h"

namespace useipsec {

namespace {

constexpr std::size_t margin = 10;       // " 12.345  " and the first bar
constexpr std::size_t label_least = 22;  // beside the bars; with less it stands below them

/// Where the bars stand and where words go.
struct Page {
  std::vector<std::size_t> bar;
  std::size_t label_at = 0, label_width = 0;
  bool label_beside = true;

  explicit Page(std::size_t nodes) {
    const auto gaps = std::max<std::size_t>(nodes, 2) - 1;
    const auto room = page_width - margin - 3 - label_least;
    auto gap = std::min<std::size_t>(20, room / gaps);
    if (gap < 8) {
      label_beside = false;
      gap = std::clamp<std::size_t>((page_width - margin - 1) / gaps, 3, 16);
    }
    for (std::size_t index = 0; index < nodes; ++index) bar.push_back(margin - 1 + (index * gap));
    label_at = label_beside ? bar.back() + 3 : margin + 1;
    label_width = page_width - label_at;
  }
  std::size_t width() const { return bar.back() + 1; }
  std::string bars() const {
    std::string line(width(), ' ');
    for (const auto at : bar) line[at] = '|';
    return line;
  }
};

/// `text` laid over `line` from `at` on; the line grows as needed. Columns are bytes: both are ASCII but for names.
void put(std::string& line, std::size_t at, std::string_view text) {
  if (line.size() < at + text.size()) line.resize(at + text.size(), ' ');
  line.replace(at, text.size(), text);
}

std::string cut(std::string_view text, std::size_t width) {
  const auto clean = printable(text);
  return clean.size() <= width ? clean : clean.substr(0, width);
}

std::string heads(const Ladder& ladder, const Page& page) {
  std::string line;
  const auto gap = page.bar.size() > 1 ? page.bar[1] - page.bar[0] : page_width - margin;
  for (std::size_t index = 0; index < ladder.nodes.size(); ++index) {
    const auto name = cut(ladder.nodes[index], gap - 1);
    const auto half = name.size() / 2;
    put(line, page.bar[index] - std::min(half, page.bar[index] - (index == 0 ? 0 : line.size() + 1)), name);
  }
  return line.substr(0, page_width) + "\n";
}

char stroke(WireForm form) { return is_protected(form) ? '=' : '-'; }

void draw_arrow(std::string& line, const Page& page, const LadderArrow& arrow, char stroke) {
  for (const auto to : arrow.to) {
    if (to == arrow.from) continue;
    const auto left = std::min(page.bar[arrow.from], page.bar[to]),
               right = std::max(page.bar[arrow.from], page.bar[to]);
    for (auto at = left + 1; at < right; ++at)
      if (line[at] != '>' && line[at] != '<') line[at] = stroke;
    line[to > arrow.from ? right - 1 : left + 1] = to > arrow.from ? '>' : '<';
  }
}

std::string arrows(const LadderRow& row, const Page& page) {
  auto line = page.bars();
  for (const auto& arrow : row.path) draw_arrow(line, page, arrow, stroke(row.form));
  // What only passes by has no arrow head of its own: the bar is drawn again where the packets came to a node.
  for (const auto& arrow : row.path) {
    line[page.bar[arrow.from]] = '|';
    for (const auto to : arrow.to) line[page.bar[to]] = '|';
  }
  if (row.stopped_at) line[page.bar[*row.stopped_at]] = 'x';
  return line;
}

std::string packets(const LadderRow& row, const Page& page) {
  auto [along, words] = row_addresses(
      row, [&](const Stretch& each) { return each.text.size() < page.bar[each.right] - page.bar[each.left]; });
  std::string below;
  if (!along.empty()) below = page.bars();
  for (const auto& each : along) put(below, page.bar[each.left] + 1, printable(each.text));
  words.insert(words.begin(), row_title(row));
  if (!row.flows.empty()) words.push_back(fmt::format("{}: {}", fmt::join(row.flows, ", "), row.outcome));
  std::vector<std::string> lines{arrows(row, page)};
  if (!below.empty()) lines.push_back(below);
  std::size_t at = page.label_beside ? 0 : lines.size();
  for (const auto& sentence : words)
    for (const auto& piece : wrap(sentence, page.label_width)) {
      if (at >= lines.size()) lines.push_back(page.bars());
      put(lines[at++], page.label_at, piece);
    }
  std::string text;
  for (std::size_t index = 0; index < lines.size(); ++index) {
    if (index == 0) put(lines[index], 0, fmt::format("{:7.3f}", row.first));
    lines[index].erase(lines[index].find_last_not_of(' ') + 1);
    text += lines[index] + "\n";
  }
  for (const auto& reason : row.reasons) text += paragraph(fmt::format("{:>{}}! ", "", margin - 1), reason);
  return text;
}

std::string step(const LadderRow& row) {
  const auto first = fmt::format("{:7.3f}  : ", row.first);
  return paragraph(first, row.label);
}

std::string note(const LadderRow& row, const Page& page) {
  auto line = page.bars();
  if (row.stopped_at) line[page.bar[*row.stopped_at]] = 'x';
  put(line, 0, fmt::format("{:7.3f}", row.first));
  return line + "\n" + paragraph(fmt::format("{:>{}}! ", "", margin - 1), row.label);
}

/// Too many nodes for columns: a row says its way in words.
std::string in_words(const Ladder& ladder, const LadderRow& row) {
  std::string text = paragraph(fmt::format("{:7.3f}  ", row.first), row_title(row));
  const auto indent = fmt::format("{:>{}}", "", margin + 1);
  for (const auto& arrow : row.path) {
    std::vector<std::string> to;
    for (const auto each : arrow.to) to.push_back(ladder.nodes[each]);
    text += paragraph(indent, fmt::format("{} to {} on {}: {} > {}", ladder.nodes[arrow.from], fmt::join(to, ", "),
                                          arrow.link, arrow.source, arrow.destination));
  }
  if (row.stopped_at) text += paragraph(indent, fmt::format("not passed on by {}", ladder.nodes[*row.stopped_at]));
  if (!row.flows.empty()) text += paragraph(indent, fmt::format("{}: {}", fmt::join(row.flows, ", "), row.outcome));
  for (const auto& reason : row.reasons) text += paragraph(indent + "! ", reason);
  return text;
}

constexpr std::size_t most_columns = 18;

}  // namespace

std::string ladder_text(const Ladder& ladder) {
  auto text = paragraph("", ladder.case_id);
  if (!ladder.title.empty()) text += paragraph("", ladder.title);
  text += "\n";
  text += paragraph("", fmt::format("{} packets, seen {} times on the links. === AH or ESP, --- in the clear or IKE, x "
                                    "not passed on, ! why",
                                    ladder.packets, ladder.frames));
  for (const auto& each : ladder.missing) text += paragraph("missing: ", each);
  if (ladder.nodes.empty()) return text;
  const bool columns_fit = ladder.nodes.size() <= most_columns;
  const Page page(columns_fit ? ladder.nodes.size() : 2);
  const auto head = columns_fit ? heads(ladder, page) : std::string();
  text += "\n" + head;
  for (const auto& row : ladder.rows) {
    if (row.kind == LadderKind::step)
      text += step(row);
    else if (!columns_fit)
      text += row.kind == LadderKind::note ? paragraph(fmt::format("{:7.3f}  ! ", row.first), row.label)
                                           : in_words(ladder, row);
    else
      text += row.kind == LadderKind::note ? note(row, page) : packets(row, page);
  }
  return text + head;
}

}  // namespace useipsec
