#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "input/document.h"

namespace useipsec {

/// A document as it reads after some of its own parts were laid over it as merge patches (RFC 7396), which still
/// knows where each value is written. Outlived by its document.
///
/// Parts of it can be gaps: they are wrong in themselves, which was said, and hold a stand-in of the right form, so
/// that all the rest can be checked for its meaning. Nothing more is said of a gap, nor of what can only be judged with
/// it.
class View {
 public:
  explicit View(const Document& document);

  const Document& document() const { return *document_; }
  const Json& root() const { return *root_; }
  /// The value at `pointer`; null where there is none.
  const Json* find(std::string_view pointer) const;
  /// Lays the object at `patch`, a pointer into this view, over the object at `target`, the root where it is empty.
  /// Below /controls and /profile_at, whose members are patches themselves, null is kept: laying a patch over a patch
  /// gives the patch that does both.
  void patch(std::string_view patch, std::string_view target = "");
  /// Puts `value` in the place of the value at `pointer`. Each of its members, by the key or index in `written_at`, is
  /// written where the pointer of this view there says; the others where the value is.
  void rewrite(const std::string& pointer, Json value, const std::map<std::string, std::string>& written_at);
  /// Takes the member of the root away.
  void drop(std::string_view key);

  /// Makes the part at `pointer` a gap that reads as `value`.
  void stand_in(const std::string& pointer, Json value);
  /// Makes the part at `pointer` a gap, and leaves it as it reads.
  void mark_gap(const std::string& pointer);
  /// Takes the part at `pointer` away; where it was is a gap.
  void cut_out(const std::string& pointer);
  /// Whether the part at `pointer`, or one around it, is a gap.
  bool is_gap(std::string_view pointer) const;
  /// Whether the part is as its author wrote it: neither a gap nor with a gap in it.
  bool is_whole(std::string_view pointer) const;
  /// Whether the names of all members of the object at `pointer` are known, whatever the members themselves may be.
  bool knows_members(std::string_view pointer) const;

  /// A complaint about the value at `pointer` of this view, placed where that value is written.
  Diagnostic at(std::string_view pointer, std::string message, std::string found = {}, std::string nearest = {}) const;
  /// A complaint that the object at `pointer` has no `key`: placed at the patch that took it away, else at the object.
  Diagnostic without_key(std::string_view pointer, std::string_view key, std::string message) const;
  /// A complaint placed at the key that leads to the value.
  Diagnostic at_key(std::string_view pointer, std::string message, std::string found = {},
                    std::string nearest = {}) const;

 private:
  void merge(Json& target, const Json& patch, const std::string& target_pointer, const std::string& patch_pointer,
             const View& source);
  void set_origin(const std::string& pointer, const std::string& origin);
  std::string origin(std::string_view pointer) const;
  void close_gaps(const std::string& pointer);
  Json& own_root();

  const Document* document_;
  std::shared_ptr<Json> root_;
  std::map<std::string, std::string, std::less<>>
      origins_;  ///< pointer here -> pointer in the document, where they differ
  std::set<std::string, std::less<>> gaps_;
};

}  // namespace useipsec
