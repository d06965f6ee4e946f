#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace useipsec {

/// What a text must look like. `pattern` (ECMAScript, anchored) goes into the JSON Schema and may accept a little more
/// than `accepts`, which decides.
struct TextFormat {
  std::string name;                               ///< "an IPv4 or IPv6 address"
  std::string pattern;                            ///< empty: any text
  std::function<bool(std::string_view)> accepts;  ///< empty: the pattern decides
};

struct Shape;
/// Shapes are shared and immutable; the one definition of a file format, from which come the check and the JSON Schema.
using ShapePtr = std::shared_ptr<const Shape>;

struct Field {
  std::string name;
  ShapePtr shape;
  std::string about;
  bool required = false;
};

enum class ShapeKind : std::uint8_t {
  object,
  map,
  array,
  text,
  word,
  integer,
  number,
  boolean,
  null,
  choice,
  keyed,
  patch
};

/// One shape; only the members that its kind names are used.
struct Shape {
  ShapeKind kind = ShapeKind::object;
  std::string name;  ///< object, map, keyed, choice: its name in the schema's definitions; empty: written in place
  std::vector<Field> fields;       ///< object
  TextFormat format;               ///< text; map: of the keys
  ShapePtr item;                   ///< map, array, patch
  std::size_t least_items = 0;     ///< array, map
  std::vector<std::string> words;  ///< word
  double least = 0, most = 0;      ///< integer, number; both included
  std::vector<ShapePtr>
      choices;  ///< choice: told apart by their JSON type; keyed: objects told apart by their first field
};

/// An object with exactly these members.
ShapePtr object(std::string name, std::vector<Field> fields);
Field required(std::string name, ShapePtr shape, std::string about);
Field optional(std::string name, ShapePtr shape, std::string about);
/// An object with members of the author's choosing.
ShapePtr map_of(TextFormat key, ShapePtr value, std::size_t least = 0);
ShapePtr array_of(ShapePtr item, std::size_t least = 0);
ShapePtr text(TextFormat format);
ShapePtr any_text();
ShapePtr word(std::vector<std::string> words);
ShapePtr integer(std::int64_t least, std::int64_t most);
ShapePtr number(double least, double most);
ShapePtr boolean();
ShapePtr null();
/// One of several shapes, no two of the same JSON type but texts and words, of which the words come first.
ShapePtr either(std::vector<ShapePtr> choices);
/// An object that is one of several, told apart by which one's first field it has: `{"start": "all"}`.
ShapePtr one_of_keys(std::string name, std::vector<ShapePtr> objects);
/// A merge patch (RFC 7396) for `item`: nothing is required of objects and null takes a member away; arrays are whole.
ShapePtr patch_of(ShapePtr item);

/// "an integer from 1 to 65535", "one of ah, esp", "an object".
std::string described(const Shape& shape);

}  // namespace useipsec
