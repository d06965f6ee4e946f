#include "report/record_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "report/printable.h"
#include "report/text_layout.h"

namespace useipsec {

namespace {

constexpr std::size_t name_width = 12;

std::string line(const std::string& name, const std::string& text) {
  return text.empty() ? "" : paragraph(padded(name, name_width), text);
}

std::string sum(const std::string& sha256) {
  return sha256.empty() ? "" : fmt::format(" (sha256 {})", sha256.substr(0, 12));
}

std::string kernel(const RunResult& run) {
  const auto& known = run.record.kernel;
  if (known.release.empty()) return run.kernel;
  return fmt::format("Linux {} {} {}{}", known.release, known.machine, known.version,
                     known.config.empty() ? "" : fmt::format(", {}{}", known.config, sum(known.config_sha256)));
}

std::string parts(const RunResult& run) {
  std::vector<std::string> words;
  for (const auto& each : run.parts) {
    auto text = each.run;
    if (each.index > 0) text += fmt::format(" (shard {})", each.index);
    if (!each.set_aside.empty()) text += fmt::format(", {} of its results set aside", each.set_aside.size());
    words.push_back(text);
  }
  return fmt::format("{}", fmt::join(words, "; "));
}

}  // namespace

std::string record_text(const RunResult& run) {
  const auto& record = run.record;
  auto text = line("useipsec", run.tool_version + (record.commit.empty() ? "" : ", commit " + record.commit));
  text += line("began", record.began);
  text += line("command", fmt::format("{}", fmt::join(record.command, " ")));
  text += line("ground", run.ground);
  text += line("kernel", kernel(run));
  for (const auto& program : record.programs)
    text += line(program.name, (program.said.empty() ? program.file + " did not say its version" : program.said) +
                                   sum(program.sha256));
  if (run.shard) text += line("shard", fmt::format("{} of {}", run.shard->index, run.shard->total));
  text += line("merged of", parts(run));
  return text + line("files", record.files.empty()
                                  ? ""
                                  : fmt::format("{}, each with its SHA-256 in run.json", record.files.size()));
}

std::string files_text(const RunResult& run) {
  std::string text;
  for (const auto& each : run.record.files)
    text += fmt::format("{}  {}\n", each.sha256.empty() ? padded("not readable", 64) : printable(each.sha256),
                        printable(each.file));
  return text;
}

}  // namespace useipsec
