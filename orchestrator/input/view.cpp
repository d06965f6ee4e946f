#include "input/view.h"

#include <nlohmann/json.hpp>

#include "input/pointer.h"

namespace useipsec {

namespace {

/// Whether the members of the object there are parts of patches.
bool of_patches(std::string_view pointer) {
  return pointer.starts_with("/controls/") || pointer == "/profile_at" || pointer.starts_with("/profile_at/");
}

}  // namespace

View::View(const Document& document) : document_(&document), root_(std::make_shared<Json>(document.root())) {}

const Json* View::find(std::string_view pointer) const {
  const Json::json_pointer parsed{std::string(pointer)};
  return root_->contains(parsed) ? &root_->at(parsed) : nullptr;
}

void View::patch(std::string_view patch, std::string_view target) {
  const View source = *this;
  const auto* value = source.find(patch);
  if (value == nullptr || !value->is_object() || source.find(target) == nullptr) return;
  merge(own_root()[Json::json_pointer{std::string(target)}], *value, std::string(target), std::string(patch), source);
  for (const auto& gap : source.gaps_) {
    if (within(gap, patch)) gaps_.insert(std::string(target) + gap.substr(patch.size()));
  }
}

void View::rewrite(const std::string& pointer, Json value, const std::map<std::string, std::string>& written_at) {
  std::map<std::string, std::string> origins;
  for (const auto& [member, where] : written_at) origins[child(pointer, member)] = origin(where);
  const auto whole = origin(pointer);
  own_root()[Json::json_pointer(pointer)] = std::move(value);
  set_origin(pointer, whole);
  for (const auto& [member, where] : origins) origins_[member] = where;
}

void View::drop(std::string_view key) { own_root().erase(std::string(key)); }

/// Copies of a view share its root until one is changed.
Json& View::own_root() {
  if (root_.use_count() > 1) root_ = std::make_shared<Json>(*root_);
  return *root_;
}

void View::stand_in(const std::string& pointer, Json value) {
  own_root()[Json::json_pointer(pointer)] = std::move(value);
  gaps_.insert(pointer);
}

void View::mark_gap(const std::string& pointer) { gaps_.insert(pointer); }

void View::cut_out(const std::string& pointer) {
  const Json::json_pointer where(pointer);
  own_root()[where.parent_pointer()].erase(where.back());
  gaps_.insert(pointer);
}

bool View::is_gap(std::string_view pointer) const {
  for (std::string_view at = pointer;; at = parent(at)) {
    if (gaps_.contains(at)) return true;
    if (at.empty()) return false;
  }
}

bool View::is_whole(std::string_view pointer) const {
  if (is_gap(pointer)) return false;
  const auto below = std::string(pointer) + "/";
  const auto first = gaps_.lower_bound(below);
  return first == gaps_.end() || !first->starts_with(below);
}

bool View::knows_members(std::string_view pointer) const {
  if (is_gap(pointer)) return false;
  const auto below = std::string(pointer) + "/";
  for (auto gap = gaps_.lower_bound(below); gap != gaps_.end() && gap->starts_with(below); ++gap) {
    if (parent(*gap) == pointer && find(*gap) == nullptr) return false;
  }
  return true;
}

/// What is written anew is no gap any more.
void View::close_gaps(const std::string& pointer) {
  std::erase_if(gaps_, [&pointer](const std::string& gap) { return within(gap, pointer); });
}

void View::merge(Json& target, const Json& patch, const std::string& target_pointer, const std::string& patch_pointer,
                 const View& source) {
  for (const auto& [key, value] : patch.items()) {
    const auto here = child(target_pointer, key);
    const auto there = child(patch_pointer, key);
    const auto written = source.origin(there);
    if (!value.is_object()) close_gaps(here);
    if (value.is_null()) {
      if (of_patches(target_pointer)) {
        target[key] = nullptr;
      } else {
        target.erase(key);
      }
      set_origin(here, written);  // a complaint that it is missing points at what took it away
    } else if (value.is_object()) {
      if (!target.contains(key) || !target[key].is_object()) {
        target[key] = Json::object();
        set_origin(here, written);
      }
      merge(target[key], value, here, there, source);
    } else {
      target[key] = value;
      set_origin(here, written);
    }
  }
}

void View::set_origin(const std::string& pointer, const std::string& origin) {
  for (auto entry = origins_.lower_bound(pointer); entry != origins_.end() && entry->first.starts_with(pointer);) {
    entry = within(entry->first, pointer) ? origins_.erase(entry) : std::next(entry);
  }
  origins_[pointer] = origin;
}

std::string View::origin(std::string_view pointer) const {
  for (std::string_view at = pointer;; at = parent(at)) {
    if (const auto found = origins_.find(at); found != origins_.end()) {
      return found->second + std::string(pointer.substr(at.size()));
    }
    if (at.empty()) return std::string(pointer);
  }
}

Diagnostic View::at(std::string_view pointer, std::string message, std::string found, std::string nearest) const {
  const auto written = origin(pointer);
  return {document_->file(), document_->positions().value(written), written, std::move(message), std::move(found),
          std::move(nearest)};
}

Diagnostic View::without_key(std::string_view pointer, std::string_view key, std::string message) const {
  const auto missing = child(pointer, key);
  return at(origins_.contains(missing) ? std::string_view(missing) : pointer, std::move(message),
            "an object without it");
}

Diagnostic View::at_key(std::string_view pointer, std::string message, std::string found, std::string nearest) const {
  auto result = at(pointer, std::move(message), std::move(found), std::move(nearest));
  result.place = document_->positions().key(result.pointer);
  return result;
}

}  // namespace useipsec
