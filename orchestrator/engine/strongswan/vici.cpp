#include "engine/strongswan/vici.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.h"

namespace useipsec {
namespace {

enum Element : char { section_start = 1, section_end = 2, key_value = 3, list_start = 4, list_item = 5, list_end = 6 };

template <class... Each>
struct Overloaded : Each... {
  using Each::operator()...;
};
template <class... Each>
Overloaded(Each...) -> Overloaded<Each...>;

// --- bytes

void put_name(std::string& bytes, Element element, const std::string& name) {
  if (name.size() > 0xff) throw Error(fmt::format("vici: the name \"{}\" has more than 255 octets", name));
  bytes.push_back(element);
  bytes += static_cast<char>(name.size());
  bytes += name;
}

void put_value(std::string& bytes, const std::string& value) {
  if (value.size() > 0xffff) throw Error(fmt::format("vici: a value has {} octets, more than 65535", value.size()));
  bytes += static_cast<char>(value.size() >> 8);
  bytes += static_cast<char>(value.size() & 0xff);
  bytes += value;
}

void put(std::string& bytes, const ViciSection& section) {
  for (const auto& entry : section.entries) {
    const auto& name = entry.name;
    std::visit(Overloaded{[&](const std::string& text) {
                            put_name(bytes, key_value, name);
                            put_value(bytes, text);
                          },
                          [&](const std::vector<std::string>& list) {
                            put_name(bytes, list_start, name);
                            for (const auto& item : list) {
                              bytes.push_back(list_item);
                              put_value(bytes, item);
                            }
                            bytes.push_back(list_end);
                          },
                          [&](const ViciSection& inner) {
                            put_name(bytes, section_start, name);
                            put(bytes, inner);
                            bytes.push_back(section_end);
                          }},
               entry.value);
  }
}

/// Reads a message from its beginning to its end.
class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : rest_(bytes) {}

  ViciSection section(bool outermost) {
    ViciSection made;
    while (!(outermost && rest_.empty())) {
      const auto element = octet();
      if (element == section_end && !outermost) return made;
      if (element == key_value) {
        auto name = counted(1);
        made.set(std::move(name), counted(2));
      } else if (element == list_start) {
        auto name = counted(1);
        made.set(std::move(name), list());
      } else if (element == section_start) {
        if (++depth_ > 32) throw Error("vici: sections more than 32 deep");
        auto name = counted(1);
        made.set(std::move(name), section(false));
        --depth_;
      } else {
        throw Error(fmt::format("vici: element of kind {} where none of it may be", element));
      }
    }
    return made;
  }

 private:
  unsigned octet() {
    if (rest_.empty()) throw Error("vici: the message is cut off");
    const auto first = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return first;
  }
  /// Octets with their number before them, in `width` octets.
  std::string counted(int width) {
    std::size_t size = 0;
    for (int i = 0; i < width; ++i) size = size << 8 | octet();
    if (size > rest_.size()) throw Error("vici: the message is cut off");
    std::string text(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return text;
  }
  std::vector<std::string> list() {
    std::vector<std::string> items;
    for (auto element = octet(); element != list_end; element = octet()) {
      if (element != list_item) throw Error(fmt::format("vici: element of kind {} in a list", element));
      items.push_back(counted(2));
    }
    return items;
  }

  std::string_view rest_;
  int depth_ = 0;
};

// --- text

/// As strongSwan's settings parser reads it back: in quotes where it would be taken apart otherwise.
std::string quoted(const std::string& value) {
  const bool plain = !value.empty() && std::all_of(value.begin(), value.end(), [](unsigned char octet) {
    return octet > 0x20 && octet < 0x7f &&
           std::string_view("\"#{}=,\\").find(static_cast<char>(octet)) == std::string_view::npos;
  });
  if (plain) return value;
  std::string text = "\"";
  for (const char octet : value) {
    if (octet == '"' || octet == '\\') text += '\\';
    text += octet;
  }
  return text + '"';
}

void write(std::string& text, const ViciSection& section, const std::string& indent) {
  for (const auto& entry : section.entries) {
    const auto& name = entry.name;
    std::visit(
        Overloaded{[&](const std::string& one) { text += fmt::format("{}{} = {}\n", indent, name, quoted(one)); },
                   [&](const std::vector<std::string>& list) {
                     text += fmt::format("{}{} = {}\n", indent, name, fmt::join(list, ", "));
                   },
                   [&](const ViciSection& inner) {
                     text += fmt::format("{}{} {{\n", indent, name);
                     write(text, inner, indent + "  ");
                     text += fmt::format("{}}}\n", indent);
                   }},
        entry.value);
  }
}

}  // namespace

ViciSection& ViciSection::set(std::string name, std::string value) {
  entries.push_back({std::move(name), std::move(value)});
  return *this;
}

ViciSection& ViciSection::set(std::string name, std::vector<std::string> list) {
  entries.push_back({std::move(name), std::move(list)});
  return *this;
}

ViciSection& ViciSection::set(std::string name, ViciSection section) {
  entries.push_back({std::move(name), std::move(section)});
  return *this;
}

std::string ViciSection::value(std::string_view name) const {
  for (const auto& entry : entries)
    if (const auto* text = std::get_if<std::string>(&entry.value); text != nullptr && entry.name == name) return *text;
  return {};
}

std::string swanctl_text(const ViciSection& sections) {
  std::string text;
  write(text, sections, "");
  return text;
}

std::string vici_encoded(const ViciSection& message) {
  std::string bytes;
  put(bytes, message);
  return bytes;
}

Result<ViciSection> vici_decoded(std::string_view bytes) {
  try {
    return Decoder(bytes).section(true);
  } catch (const Error& error) {
    return failure(error);
  }
}

}  // namespace useipsec
