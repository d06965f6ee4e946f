#include "input/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>

#include "input/nearest_word.h"
#include "input/pointer.h"

namespace useipsec {
namespace {

bool accepts(const TextFormat& format, const std::string& text) {
  if (format.accepts) return format.accepts(text);
  // The longest text a pattern is tried on: libstdc++ recurses once for each character.
  return format.pattern.empty() || (text.size() <= 4096 && std::regex_match(text, std::regex(format.pattern)));
}

bool has_type_of(const Shape& shape, const Json& value) {
  switch (shape.kind) {
    case ShapeKind::object:
    case ShapeKind::map:
    case ShapeKind::keyed:
      return value.is_object();
    case ShapeKind::array:
      return value.is_array();
    case ShapeKind::text:
    case ShapeKind::word:
      return value.is_string();
    case ShapeKind::integer:
      return value.is_number_integer();
    case ShapeKind::number:
      return value.is_number();
    case ShapeKind::boolean:
      return value.is_boolean();
    case ShapeKind::null:
      return value.is_null();
    case ShapeKind::patch:
      return has_type_of(*shape.item, value);
    case ShapeKind::choice:
      break;
  }
  return std::any_of(shape.choices.begin(), shape.choices.end(),
                     [&value](const auto& choice) { return has_type_of(*choice, value); });
}

std::vector<std::string> names_of(const std::vector<Field>& fields) {
  std::vector<std::string> names;
  for (const auto& field : fields) names.push_back(field.name);
  return names;
}

/// A part of the wrong form.
struct Wound {
  std::string pointer;
  const Shape* shape = nullptr;  ///< what should be there; null: nothing
  bool partial = false;          ///< it is in a merge patch
};

class Checker {
 public:
  Checker(const View& view, Diagnostics& diagnostics) : view_(view), diagnostics_(diagnostics) {}

  void value(const Shape& shape, const Json& value, const std::string& pointer, bool partial) {
    if (shape.kind == ShapeKind::patch) return this->value(*shape.item, value, pointer, true);
    if (!has_type_of(shape, value)) {
      return complain(shape, view_.at(pointer, "expected " + described(shape), quoted_with_type(value)), pointer,
                      partial);
    }
    switch (shape.kind) {
      case ShapeKind::object:
        return members(shape.fields, value, pointer, partial);
      case ShapeKind::map:
        return entries(shape, value, pointer, partial);
      case ShapeKind::array:
        return elements(shape, value, pointer);
      case ShapeKind::text:
        return text(shape, value, pointer);
      case ShapeKind::word:
        return word(shape, value, pointer);
      case ShapeKind::integer:
      case ShapeKind::number:
        return number(shape, value, pointer);
      case ShapeKind::choice:
        return choice(shape, value, pointer, partial);
      case ShapeKind::keyed:
        return keyed(shape, value, pointer, partial);
      case ShapeKind::boolean:
      case ShapeKind::null:
      case ShapeKind::patch:
        return;
    }
  }

  const std::vector<Wound>& wounds() const { return wounds_; }
  /// Keys that are missing, and were probably meant by one that is misspelt.
  const std::vector<std::string>& meant() const { return meant_; }

 private:
  void complain(const Shape& shape, Diagnostic diagnostic, const std::string& pointer, bool partial = false) {
    say(std::move(diagnostic), pointer);
    wounds_.push_back({pointer, &shape, partial});
  }

  /// Of a gap nothing more is said.
  void say(Diagnostic diagnostic, const std::string& pointer) {
    if (!view_.is_gap(pointer)) diagnostics_.add(std::move(diagnostic));
  }

  void members(const std::vector<Field>& fields, const Json& value, const std::string& pointer, bool partial) {
    const auto names = names_of(fields);
    for (const auto& [key, member] : value.items()) {
      const auto here = child(pointer, key);
      const auto field =
          std::find_if(fields.begin(), fields.end(), [&key = key](const Field& each) { return each.name == key; });
      if (field == fields.end()) {
        unknown_key(value, key, pointer, names);
      } else if (!partial || !member.is_null()) {
        this->value(*field->shape, member, here, partial);
      }
    }
    if (partial) return;
    for (const auto& field : fields) {
      const auto here = child(pointer, field.name);
      if (!field.required || value.contains(field.name)) continue;
      // One slip, one complaint: the misspelt key was complained of.
      if (std::find(meant_.begin(), meant_.end(), here) != meant_.end()) {
        wounds_.push_back({here, field.shape.get()});
        continue;
      }
      const auto expected = fmt::format("expected the key \"{}\": {}", field.name, described(*field.shape));
      complain(*field.shape, view_.without_key(pointer, field.name, expected), here);
    }
  }

  void unknown_key(const Json& object, const std::string& key, const std::string& pointer,
                   const std::vector<std::string>& names) {
    const auto here = child(pointer, key);
    auto meant = nearest_word(key, names);
    // What a misspelt key says is not known, so that its default must not be held against the author.
    if (!meant.empty() && !object.contains(meant)) meant_.push_back(child(pointer, meant));
    say(view_.at_key(here, "expected one of the keys " + listed(names), "the key " + quoted_text(key),
                     std::move(meant)),
        here);
    wounds_.push_back({here, nullptr});
  }

  void entries(const Shape& shape, const Json& value, const std::string& pointer, bool partial) {
    for (const auto& [key, member] : value.items()) {
      const auto here = child(pointer, key);
      if (!accepts(shape.format, key)) {
        say(view_.at_key(here, "expected " + shape.format.name + " as the key", quoted_text(key)), here);
        wounds_.push_back({here, nullptr});
      }
      if (!partial || !member.is_null()) this->value(*shape.item, member, here, partial);
    }
    if (!partial && value.size() < shape.least_items) {
      const auto expected =
          fmt::format("expected at least {} member{}", shape.least_items, shape.least_items == 1 ? "" : "s");
      complain(shape, view_.at(pointer, expected, std::to_string(value.size())), pointer);
    }
  }

  void elements(const Shape& shape, const Json& value, const std::string& pointer) {
    if (value.size() < shape.least_items) {
      const auto expected =
          fmt::format("expected at least {} element{}", shape.least_items, shape.least_items == 1 ? "" : "s");
      return complain(shape, view_.at(pointer, expected, std::to_string(value.size())), pointer);
    }
    for (std::size_t index = 0; index < value.size(); ++index) {
      // RFC 7396: an array in a patch replaces the whole array, so its elements are complete.
      this->value(*shape.item, value[index], child(pointer, index), false);
    }
  }

  void text(const Shape& shape, const Json& value, const std::string& pointer) {
    if (accepts(shape.format, value.get_ref<const std::string&>())) return;
    complain(shape, view_.at(pointer, "expected " + shape.format.name, quoted(value)), pointer);
  }

  void word(const Shape& shape, const Json& value, const std::string& pointer) {
    const auto& written = value.get_ref<const std::string&>();
    if (std::find(shape.words.begin(), shape.words.end(), written) != shape.words.end()) return;
    complain(shape,
             view_.at(pointer, "expected " + described(shape), quoted(value), nearest_word(written, shape.words)),
             pointer);
  }

  void number(const Shape& shape, const Json& value, const std::string& pointer) {
    const auto written = value.get<double>();
    if (written >= shape.least && written <= shape.most) return;
    complain(shape, view_.at(pointer, "expected " + described(shape), quoted(value)), pointer);
  }

  void choice(const Shape& shape, const Json& value, const std::string& pointer, bool partial) {
    std::vector<const Shape*> fitting;
    std::vector<std::string> words;
    for (const auto& each : shape.choices) {
      if (!has_type_of(*each, value)) continue;
      fitting.push_back(each.get());
      words.insert(words.end(), each->words.begin(), each->words.end());
    }
    if (!value.is_string()) return this->value(*fitting.front(), value, pointer, partial);
    for (const auto* each : fitting) {
      const auto& written = value.get_ref<const std::string&>();
      const bool is_word = std::find(each->words.begin(), each->words.end(), written) != each->words.end();
      if (is_word || (each->kind == ShapeKind::text && accepts(each->format, written))) return;
    }
    complain(
        shape,
        view_.at(pointer, "expected " + described(shape), quoted(value), nearest_word(value.get<std::string>(), words)),
        pointer);
  }

  void keyed(const Shape& shape, const Json& value, const std::string& pointer, bool partial) {
    std::vector<std::string> heads;
    std::vector<const Shape*> present;
    for (const auto& each : shape.choices) {
      heads.push_back(each->fields.front().name);
      if (value.contains(heads.back())) present.push_back(each.get());
    }
    if (present.size() == 1) return members(present.front()->fields, value, pointer, partial);
    const auto expected = "expected one of the keys " + listed(heads);
    if (present.size() > 1) {
      std::vector<std::string> both;
      for (const auto* each : present) both.push_back(each->fields.front().name);
      return complain(shape, view_.at(pointer, "expected exactly one of the keys " + listed(heads), listed(both)),
                      pointer);
    }
    if (value.empty()) return complain(shape, view_.at(pointer, expected, "an empty object"), pointer);
    const auto& first = value.begin().key();
    complain(shape,
             view_.at_key(child(pointer, first), expected, "the key " + quoted_text(first), nearest_word(first, heads)),
             pointer);
  }

  const View& view_;
  Diagnostics& diagnostics_;
  std::vector<Wound> wounds_;
  std::vector<std::string> meant_;
};

}  // namespace

Json stand_in(const Shape& shape) {
  switch (shape.kind) {
    case ShapeKind::object: {
      auto result = Json::object();
      for (const auto& field : shape.fields) {
        if (field.required) result[field.name] = stand_in(*field.shape);
      }
      return result;
    }
    case ShapeKind::map:
    case ShapeKind::patch:
      return Json::object();
    case ShapeKind::array:
      return shape.least_items == 0 ? Json::array() : Json(shape.least_items, stand_in(*shape.item));
    case ShapeKind::text:
      for (const char* text : {"x", "192.0.2.1", "192.0.2.0/24", "default", "CN=x", "00"}) {
        if (accepts(shape.format, text)) return text;
      }
      return "";
    case ShapeKind::word:
      return shape.words.front();
    case ShapeKind::integer:
      return static_cast<std::int64_t>(shape.least);
    case ShapeKind::number:
      return shape.least;
    case ShapeKind::boolean:
      return false;
    case ShapeKind::null:
      return nullptr;
    case ShapeKind::choice:
    case ShapeKind::keyed:
      break;
  }
  return stand_in(*shape.choices.front());
}

void check_and_mend(View& view, const Shape& shape, Diagnostics& diagnostics) {
  Checker checker(view, diagnostics);
  checker.value(shape, view.root(), "", false);
  for (const auto& wound : checker.wounds()) {
    if (wound.shape == nullptr) continue;
    const bool empty_patch = wound.partial && has_type_of(*wound.shape, Json::object());
    view.stand_in(wound.pointer, empty_patch ? Json::object() : stand_in(*wound.shape));
  }
  // After their own values, which may be wrong too.
  for (const auto& wound : checker.wounds()) {
    if (wound.shape == nullptr) view.cut_out(wound.pointer);
  }
  for (const auto& pointer : checker.meant()) view.mark_gap(pointer);
}

std::optional<View> mended(const Document& document, const Shape& shape, Diagnostics& diagnostics) {
  View view(document);
  check_and_mend(view, shape, diagnostics);
  if (view.is_gap("")) return std::nullopt;
  for (const auto& twice : document.positions().duplicates()) view.mark_gap(twice.pointer);
  return view;
}

bool check(const View& view, const std::string& pointer, const Shape& shape, Diagnostics& diagnostics, bool partial) {
  const auto* value = view.find(pointer);
  if (value == nullptr) return true;
  Checker checker(view, diagnostics);
  checker.value(shape, *value, pointer, partial);
  return checker.wounds().empty();
}

bool check(const Document& document, const Shape& shape, Diagnostics& diagnostics, bool partial) {
  return check(View(document), "", shape, diagnostics, partial);
}

}  // namespace useipsec
