#pragma once

#include <string_view>

namespace useipsec {

// templates/*, put into the program at build.
extern const std::string_view page_template, case_template, style_template;

}  // namespace useipsec
