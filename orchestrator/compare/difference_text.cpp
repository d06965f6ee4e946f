#include <fmt/format.h>

#include <map>

#include "compare/difference.h"
#include "report/text_layout.h"

namespace useipsec {

namespace {

constexpr std::size_t turn_width = 9, subject_width = 7, listed_without_all = 12;

/// Digests say enough with their beginning.
std::string shortened(const std::string& word) {
  const bool digest = word.size() == 64 && word.find_first_not_of("0123456789abcdef") == std::string::npos;
  return digest ? word.substr(0, 12) : word;
}

std::string line(const Change& change) {
  const auto first = padded(to_string(change.turn), turn_width) + padded(to_string(change.subject), subject_width);
  auto text = change.case_id + (change.case_id.empty() || change.name.empty() ? "" : " ") + change.name + ": ";
  if (change.turn == Turn::same || change.turn == Turn::appeared)
    text += change.after;
  else if (change.turn == Turn::gone)
    text += "was " + change.before;
  else
    text += fmt::format("{} -> {}", change.before, change.after);
  text = paragraph(first, text);
  if (change.turn == Turn::worse && !change.why.empty())
    text += paragraph(std::string(first.size() + 2, ' '), change.why);
  return text;
}

}  // namespace

std::string difference_text(const Difference& difference, bool all) {
  std::string text;
  for (const auto& each : difference.circumstances)
    text += paragraph(padded("differs", turn_width),
                      fmt::format("{}: {} -> {}", each.what, shortened(each.before), shortened(each.after)));
  if (!text.empty()) text += "\n";
  std::map<Turn, std::size_t> seen;
  for (const auto& each : difference.changes) {
    if (each.turn == Turn::same && !all) continue;
    const bool many = each.turn == Turn::appeared || each.turn == Turn::gone;
    if (!many || all || seen[each.turn]++ < listed_without_all) text += line(each);
  }
  for (const auto& [turn, count] : seen)
    if (count > listed_without_all)
      text += fmt::format("{} {} more; --all lists them\n", padded(to_string(turn), turn_width - 1),
                          count - listed_without_all);
  const auto of = [&](Turn turn) { return difference.count(Subject::case_, turn); };
  const auto compared = of(Turn::worse) + of(Turn::better) + of(Turn::changed) + of(Turn::same);
  return text + paragraph("", fmt::format("{} case{} compared: {} worse, {} better, {} changed; {} new, {} gone{}",
                                          compared, compared == 1 ? "" : "s", of(Turn::worse), of(Turn::better),
                                          of(Turn::changed), of(Turn::appeared), of(Turn::gone),
                                          difference.complete ? "" : "; not both runs are complete"));
}

}  // namespace useipsec
