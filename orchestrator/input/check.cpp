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

class Checker {
 public:
  Checker(const View& view, Diagnostics& diagnostics) : view_(view), diagnostics_(diagnostics) {}

  void value(const Shape& shape, const Json& value, const std::string& pointer, bool partial) {
    if (shape.kind == ShapeKind::patch) return this->value(*shape.item, value, pointer, true);
    if (!has_type_of(shape, value)) {
      return diagnostics_.add(view_.at(pointer, "expected " + described(shape), quoted_with_type(value)));
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

 private:
  void members(const std::vector<Field>& fields, const Json& value, const std::string& pointer, bool partial) {
    const auto names = names_of(fields);
    for (const auto& [key, member] : value.items()) {
      const auto here = child(pointer, key);
      const auto field =
          std::find_if(fields.begin(), fields.end(), [&key = key](const Field& each) { return each.name == key; });
      if (field == fields.end()) {
        diagnostics_.add(view_.at_key(here, "expected one of the keys " + listed(names), "the key " + quoted_text(key),
                                      nearest_word(key, names)));
      } else if (!partial || !member.is_null()) {
        this->value(*field->shape, member, here, partial);
      }
    }
    if (partial) return;
    for (const auto& field : fields) {
      if (field.required && !value.contains(field.name)) {
        diagnostics_.add(view_.without_key(
            pointer, field.name, fmt::format("expected the key \"{}\": {}", field.name, described(*field.shape))));
      }
    }
  }

  void entries(const Shape& shape, const Json& value, const std::string& pointer, bool partial) {
    for (const auto& [key, member] : value.items()) {
      const auto here = child(pointer, key);
      if (!accepts(shape.format, key)) {
        diagnostics_.add(view_.at_key(here, "expected " + shape.format.name + " as the key", quoted_text(key)));
      }
      if (!partial || !member.is_null()) this->value(*shape.item, member, here, partial);
    }
    if (!partial && value.size() < shape.least_items) {
      diagnostics_.add(view_.at(
          pointer, fmt::format("expected at least {} member{}", shape.least_items, shape.least_items == 1 ? "" : "s"),
          std::to_string(value.size())));
    }
  }

  void elements(const Shape& shape, const Json& value, const std::string& pointer) {
    if (value.size() < shape.least_items) {
      diagnostics_.add(view_.at(
          pointer, fmt::format("expected at least {} element{}", shape.least_items, shape.least_items == 1 ? "" : "s"),
          std::to_string(value.size())));
    }
    for (std::size_t index = 0; index < value.size(); ++index) {
      // RFC 7396: an array in a patch replaces the whole array, so its elements are complete.
      this->value(*shape.item, value[index], child(pointer, index), false);
    }
  }

  void text(const Shape& shape, const Json& value, const std::string& pointer) {
    if (accepts(shape.format, value.get_ref<const std::string&>())) return;
    diagnostics_.add(view_.at(pointer, "expected " + shape.format.name, quoted(value)));
  }

  void word(const Shape& shape, const Json& value, const std::string& pointer) {
    const auto& written = value.get_ref<const std::string&>();
    if (std::find(shape.words.begin(), shape.words.end(), written) != shape.words.end()) return;
    diagnostics_.add(
        view_.at(pointer, "expected " + described(shape), quoted(value), nearest_word(written, shape.words)));
  }

  void number(const Shape& shape, const Json& value, const std::string& pointer) {
    const auto written = value.get<double>();
    if (written >= shape.least && written <= shape.most) return;
    diagnostics_.add(view_.at(pointer, "expected " + described(shape), quoted(value)));
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
    diagnostics_.add(view_.at(pointer, "expected " + described(shape), quoted(value),
                              nearest_word(value.get<std::string>(), words)));
  }

  void keyed(const Shape& shape, const Json& value, const std::string& pointer, bool partial) {
    std::vector<std::string> heads;
    std::vector<const Shape*> present;
    for (const auto& each : shape.choices) {
      heads.push_back(each->fields.front().name);
      if (value.contains(heads.back())) present.push_back(each.get());
    }
    if (present.size() == 1) return members(present.front()->fields, value, pointer, partial);
    if (present.size() > 1) {
      std::vector<std::string> both;
      for (const auto* each : present) both.push_back(each->fields.front().name);
      return diagnostics_.add(view_.at(pointer, "expected exactly one of the keys " + listed(heads), listed(both)));
    }
    if (value.empty())
      return diagnostics_.add(view_.at(pointer, "expected one of the keys " + listed(heads), "an empty object"));
    const auto& first = value.begin().key();
    diagnostics_.add(view_.at_key(child(pointer, first), "expected one of the keys " + listed(heads),
                                  "the key " + quoted_text(first), nearest_word(first, heads)));
  }

  const View& view_;
  Diagnostics& diagnostics_;
};

}  // namespace

bool check(const View& view, const std::string& pointer, const Shape& shape, Diagnostics& diagnostics, bool partial) {
  const auto* value = view.find(pointer);
  if (value == nullptr) return true;
  Diagnostics found;
  Checker(view, found).value(shape, *value, pointer, partial);
  diagnostics.add(found);
  return found.empty();
}

bool check(const Document& document, const Shape& shape, Diagnostics& diagnostics, bool partial) {
  return check(View(document), "", shape, diagnostics, partial);
}

}  // namespace useipsec
