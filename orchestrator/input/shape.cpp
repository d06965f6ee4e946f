#include "input/shape.h"

#include <fmt/format.h>

#include "input/nearest_word.h"

namespace useipsec {
namespace {

ShapePtr made(Shape shape) { return std::make_shared<const Shape>(std::move(shape)); }

Shape of_kind(ShapeKind kind) {
  Shape shape;
  shape.kind = kind;
  return shape;
}

}  // namespace

ShapePtr object(std::string name, std::vector<Field> fields) {
  auto shape = of_kind(ShapeKind::object);
  shape.name = std::move(name);
  shape.fields = std::move(fields);
  return made(std::move(shape));
}

Field required(std::string name, ShapePtr shape, std::string about) {
  return {std::move(name), std::move(shape), std::move(about), true};
}

Field optional(std::string name, ShapePtr shape, std::string about) {
  return {std::move(name), std::move(shape), std::move(about), false};
}

ShapePtr map_of(TextFormat key, ShapePtr value, std::size_t least) {
  auto shape = of_kind(ShapeKind::map);
  shape.format = std::move(key);
  shape.item = std::move(value);
  shape.least_items = least;
  return made(std::move(shape));
}

ShapePtr array_of(ShapePtr item, std::size_t least) {
  auto shape = of_kind(ShapeKind::array);
  shape.item = std::move(item);
  shape.least_items = least;
  return made(std::move(shape));
}

ShapePtr text(TextFormat format) {
  auto shape = of_kind(ShapeKind::text);
  shape.format = std::move(format);
  return made(std::move(shape));
}

ShapePtr any_text() { return text({"a text", "", {}}); }

ShapePtr word(std::vector<std::string> words) {
  auto shape = of_kind(ShapeKind::word);
  shape.words = std::move(words);
  return made(std::move(shape));
}

ShapePtr integer(std::int64_t least, std::int64_t most) {
  auto shape = of_kind(ShapeKind::integer);
  shape.least = static_cast<double>(least);
  shape.most = static_cast<double>(most);
  return made(std::move(shape));
}

ShapePtr number(double least, double most) {
  auto shape = of_kind(ShapeKind::number);
  shape.least = least;
  shape.most = most;
  return made(std::move(shape));
}

ShapePtr boolean() { return made(of_kind(ShapeKind::boolean)); }
ShapePtr null() { return made(of_kind(ShapeKind::null)); }

ShapePtr either(std::vector<ShapePtr> choices) {
  auto shape = of_kind(ShapeKind::choice);
  shape.choices = std::move(choices);
  return made(std::move(shape));
}

ShapePtr one_of_keys(std::string name, std::vector<ShapePtr> objects) {
  auto shape = of_kind(ShapeKind::keyed);
  shape.name = std::move(name);
  shape.choices = std::move(objects);
  return made(std::move(shape));
}

ShapePtr patch_of(ShapePtr item) {
  auto shape = of_kind(ShapeKind::patch);
  shape.item = std::move(item);
  return made(std::move(shape));
}

std::string described(const Shape& shape) {
  switch (shape.kind) {
    case ShapeKind::object:
    case ShapeKind::map:
    case ShapeKind::keyed:
      return "an object";
    case ShapeKind::array:
      return "an array";
    case ShapeKind::text:
      return shape.format.name;
    case ShapeKind::word:
      return shape.words.size() == 1 ? fmt::format("\"{}\"", shape.words.front()) : "one of " + listed(shape.words);
    case ShapeKind::integer:
      return fmt::format("an integer from {:.0f} to {:.0f}", shape.least, shape.most);
    case ShapeKind::number:
      return fmt::format("a number from {:g} to {:g}", shape.least, shape.most);
    case ShapeKind::boolean:
      return "true or false";
    case ShapeKind::null:
      return "null";
    case ShapeKind::patch:
      return described(*shape.item);
    case ShapeKind::choice:
      break;
  }
  std::string result;
  for (const auto& choice : shape.choices) result += (result.empty() ? "" : " or ") + described(*choice);
  return result;
}

}  // namespace useipsec
