#include "report/course.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/text_layout.h"

namespace useipsec {

std::string steps_text(const CaseResult& result, std::string_view margin) {
  std::string text;
  for (const auto& step : result.steps)
    text += paragraph(fmt::format("{}{:7.3f} s  ", margin, step.began),
                      fmt::format("{}: {} ({:.3f} s)", step.text, step.result, std::max(0.0, step.ended - step.began)));
  return text;
}

std::string deciding_log_text(const CaseResult& result, std::string_view margin) {
  std::string text;
  for (const auto& record : result.deciding_log)
    text += paragraph(fmt::format("{}{:7.3f} s  ", margin, record.at),
                      fmt::format("{} {}: {}", record.node, record.program, record.line));
  return text;
}

}  // namespace useipsec
