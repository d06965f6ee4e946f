#pragma once

#include <filesystem>
#include <kainjow/mustache.hpp>
#include <string>
#include <string_view>

#include "report/run_result.h"

namespace useipsec {

// What the templates are filled with. Templates decide nothing: a text that is empty is false, a list that is empty is
// no section.

using ViewData = kainjow::mustache::data;

/// `text`, or false where it is empty, so that {{#name}} asks whether there is any.
ViewData text_or_false(const std::string& text);
/// Sets `name` to the list and `has_<name>` to whether it holds anything.
void set_list(ViewData& into, const std::string& name, const ViewData& list);
ViewData empty_list();

/// A state with its colour class, its sign and its word.
void set_state(ViewData& into, State state);
/// The same of a case: "flaky" where its attempts differ, in the colour of the worst.
void set_state(ViewData& into, const CaseResult& result);
/// The colour class of an outcome's word.
std::string outcome_kind(Outcome outcome);

/// A parsed template that escapes every {{value}} for HTML; see visible(). Throws Error (broken) where it is none.
kainjow::mustache::mustache parsed_template(std::string_view text);

/// A path as a URL relative to the page, everything but letters, digits and -._~/ as %XX.
std::string url_path(const std::filesystem::path& path);

/// "3.1 kB"
std::string size_text(std::uintmax_t bytes);

}  // namespace useipsec
