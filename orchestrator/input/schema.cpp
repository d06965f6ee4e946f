#include "input/schema.h"

#include <nlohmann/json.hpp>

namespace useipsec {
namespace {

using Json = nlohmann::ordered_json;

class SchemaWriter {
 public:
  /// `item` wherever a definition may stand for it.
  Json reference(const Shape& shape, bool partial) {
    if (shape.kind == ShapeKind::patch) return reference(*shape.item, true);
    if (shape.name.empty()) return written(shape, partial);
    const auto name = partial ? shape.name + "-patch" : shape.name;
    if (!definitions_.contains(name)) {
      definitions_[name] = Json::object();  // keeps its place while its members are written
      auto definition = written(shape, partial);
      definitions_[name] = std::move(definition);
    }
    Json result;
    result["$ref"] = "#/definitions/" + name;
    return result;
  }

  Json written(const Shape& shape, bool partial) {
    Json result = Json::object();
    switch (shape.kind) {
      case ShapeKind::object:
        return members(shape, partial);
      case ShapeKind::map:
        result["type"] = "object";
        result["propertyNames"]["pattern"] = shape.format.pattern;
        result["additionalProperties"] = member(*shape.item, partial);
        if (!partial && shape.least_items > 0) result["minProperties"] = shape.least_items;
        break;
      case ShapeKind::array:
        result["type"] = "array";
        result["items"] = reference(*shape.item, false);
        if (shape.least_items > 0) result["minItems"] = shape.least_items;
        break;
      case ShapeKind::text:
        result["type"] = "string";
        if (!shape.format.pattern.empty()) result["pattern"] = shape.format.pattern;
        break;
      case ShapeKind::word:
        result["enum"] = shape.words;
        break;
      case ShapeKind::integer:
        result["type"] = "integer";
        result["minimum"] = static_cast<std::int64_t>(shape.least);
        result["maximum"] = static_cast<std::int64_t>(shape.most);
        break;
      case ShapeKind::number:
        result["type"] = "number";
        result["minimum"] = shape.least;
        result["maximum"] = shape.most;
        break;
      case ShapeKind::boolean:
        result["type"] = "boolean";
        break;
      case ShapeKind::null:
        result["type"] = "null";
        break;
      case ShapeKind::choice:
        for (const auto& each : shape.choices) result["anyOf"].push_back(reference(*each, partial));
        break;
      case ShapeKind::keyed:
        for (const auto& each : shape.choices) result["oneOf"].push_back(reference(*each, partial));
        break;
      case ShapeKind::patch:
        return written(*shape.item, true);
    }
    return result;
  }

  Json definitions() { return std::move(definitions_); }

 private:
  Json members(const Shape& shape, bool partial) {
    Json result;
    result["type"] = "object";
    result["properties"] = Json::object();
    Json needed = Json::array();
    for (const auto& field : shape.fields) {
      auto property = member(*field.shape, partial);
      if (!field.about.empty()) {
        // Draft-07 ignores what stands beside "$ref".
        if (property.contains("$ref")) property = Json{{"allOf", Json::array({property})}};
        property["description"] = field.about;
      }
      result["properties"][field.name] = std::move(property);
      if (field.required && !partial) needed.push_back(field.name);
    }
    if (!needed.empty()) result["required"] = std::move(needed);
    result["additionalProperties"] = false;
    return result;
  }

  Json member(const Shape& shape, bool partial) {
    auto result = reference(shape, partial);
    if (!partial) return result;
    Json or_null;
    or_null["anyOf"] = Json::array({std::move(result), Json{{"type", "null"}}});
    return or_null;
  }

  Json definitions_ = Json::object();
};

}  // namespace

nlohmann::ordered_json to_schema(const Shape& shape, const std::string& id, const std::string& title) {
  SchemaWriter writer;
  Json result;
  result["$schema"] = "http://json-schema.org/draft-07/schema#";
  result["$id"] = id;
  result["title"] = title;
  result.update(writer.written(shape, false));
  auto definitions = writer.definitions();
  if (!definitions.empty()) result["definitions"] = std::move(definitions);
  return result;
}

}  // namespace useipsec
