#include "report/html/view.h"

#include <fmt/format.h>

#include <cctype>

#include "base/error.h"
#include "draw/labels.h"

namespace useipsec {

namespace {

struct Look {
  const char* kind;
  const char* glyph;
};

Look look_of(State state) {
  switch (state) {
    case State::passed:
      return {"good", "\u2713"};
    case State::failed:
    case State::crashed:
      return {"bad", "\u2717"};
    case State::broken:
    case State::timeout:
      return {"ours", "\u25b3"};
    case State::unsupported:
    case State::precondition:
      return {"open", "\u2205"};
    case State::not_run:
      break;
  }
  return {"none", "\u25cb"};
}

}  // namespace

ViewData text_or_false(const std::string& text) {
  return text.empty() ? ViewData(ViewData::type::bool_false) : ViewData(text);
}

ViewData empty_list() { return ViewData(ViewData::type::list); }

void set_list(ViewData& into, const std::string& name, const ViewData& list) {
  into.set("has_" + name, list.is_non_empty_list());
  into.set(name, list);
}

void set_state(ViewData& into, State state) {
  const auto look = look_of(state);
  into.set("kind", look.kind);
  into.set("glyph", look.glyph);
  into.set("state", to_string(state));
}

void set_state(ViewData& into, const CaseResult& result) {
  set_state(into, result.verdict.state);
  into.set("state", state_word(result));
}

std::string outcome_kind(Outcome outcome) {
  switch (outcome) {
    case Outcome::protected_:
      return "good";
    case Outcome::exposed:
      return "bad";
    case Outcome::degraded:
      return "open";
    case Outcome::blocked:
      break;
  }
  return "none";
}

kainjow::mustache::mustache parsed_template(std::string_view text) {
  kainjow::mustache::mustache parsed{std::string(text)};
  if (!parsed.is_valid()) throw Error("a template of the report page: " + parsed.error_message());
  parsed.set_custom_escape([](const std::string& value) { return xml_text(value); });
  return parsed;
}

std::string url_path(const std::filesystem::path& path) {
  std::string result;
  for (const char letter : path.generic_string()) {
    const auto byte = static_cast<unsigned char>(letter);
    const bool plain =
        byte < 0x80 && (std::isalnum(byte) != 0 || std::string_view("-._~/").find(letter) != std::string_view::npos);
    result += plain ? std::string(1, letter) : fmt::format("%{:02X}", byte);
  }
  return result;
}

std::string size_text(std::uintmax_t bytes) {
  if (bytes < 1000) return fmt::format("{} bytes", bytes);
  const auto size = static_cast<double>(bytes);
  return bytes < 1'000'000 ? fmt::format("{:.1f} kB", size / 1e3) : fmt::format("{:.1f} MB", size / 1e6);
}

}  // namespace useipsec
