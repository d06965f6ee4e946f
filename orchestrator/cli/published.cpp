#include "cli/published.h"

#include <fmt/format.h>

#include "base/error.h"
#include "report/printable.h"

namespace useipsec {

void print_published(const Published& published) {
  if (published.captures > 0) {
    fmt::print("captures: case.pcapng in the folders of {} cases; wireshark/ beside each HOLDS KEYS\n  {}\n",
               published.captures, printable(published.command));
  }
  for (const auto& each : published.problems) fmt::print("not written: {}\n", printable(each));
  fmt::print("report: {}\n", printable(published.page.string()));
}

void publish_at_end(const std::filesystem::path& run, std::FILE* to) {
  try {
    const auto published = publish(read_stored_run(run), run / "report.html");
    for (const auto& each : published.problems) fmt::print(to, "not written: {}\n", printable(each));
    fmt::print(to, "report: {}\n", published.page.string());
  } catch (const Error& error) {
    fmt::print(stderr, "useipsec: writing the report: {}\n", error.what());
  }
}

}  // namespace useipsec
