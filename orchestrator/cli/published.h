#pragma once

#include <cstdio>
#include <filesystem>

#include "report/html/publish.h"

namespace useipsec {

/// Says where the page is, and how a capture is opened, with the warning that keys lie beside it.
void print_published(const Published& published);

/// What `run` does at its end: writes the page into the run's folder and says where it is. A page that cannot be
/// written changes nothing about the run: the reason is printed.
void publish_at_end(const std::filesystem::path& run, std::FILE* to);

}  // namespace useipsec
