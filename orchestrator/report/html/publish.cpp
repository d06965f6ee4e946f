#include "report/html/publish.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "report/html/page.h"
#include "report/wireshark/case_capture.h"
#include "report/wireshark/profile.h"

namespace fs = std::filesystem;

namespace useipsec {

namespace {

/// Only where they changed: a page is often written again.
void write_changed(const fs::path& file, const std::string& text) {
  std::error_code error;
  if (fs::file_size(file, error) == text.size() && !error && read_text(file) == text) return;
  replace_text(file, text);
}

void write_capture(const StoredCase& stored, Published& published) {
  const auto profile = stored.folder / "wireshark", capture = stored.folder / "case.pcapng";
  write_changed(capture, case_capture(stored));
  for (const auto& file : wireshark_profile(stored).files) write_changed(profile / file.name, file.text);
  if (published.captures++ == 0) published.command = wireshark_command(profile, capture);
}

}  // namespace

Published publish(const StoredRun& stored, const fs::path& page) {
  Published published;
  published.page = page;
  for (const auto& one : stored.run.cases) {
    const auto kept = read_stored_case(stored, one);
    if (kept.captures.empty()) continue;
    try {
      write_capture(kept, published);
    } catch (const Error& error) {
      published.problems.push_back(fmt::format("{}: no capture that Wireshark opens: {}", one.id, error.what()));
    }
  }
  PageOptions options;
  options.links.captures = published.problems.empty();
  const auto from = fs::absolute(page).parent_path(), run = fs::absolute(stored.folder).lexically_normal();
  options.links.run = run.lexically_relative(from.lexically_normal());
  if (options.links.run == ".") options.links.run.clear();
  write_changed(page, html_page(stored, options));
  return published;
}

}  // namespace useipsec
