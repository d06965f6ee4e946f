#include "draw/layout.h"

#include <algorithm>
#include <deque>

#include "draw/labels.h"

namespace useipsec {
namespace {

constexpr double margin = 20;
constexpr double name_width = 8.8;  // of 14 px bold
constexpr double trunk = 26;        // right of each column, where lines branch and no text stands
constexpr double spacing = 14;

double width_of(const std::vector<std::string>& lines) {
  std::size_t longest = 0;
  for (const auto& line : lines) longest = std::max(longest, line.size());
  return static_cast<double>(longest) * letter_width;
}

double height_of(const std::vector<std::string>& lines) { return static_cast<double>(lines.size()) * line_height; }

/// A node or a shared link in the tree that a walk from the first node makes of the topology.
struct Vertex {
  const Node* node = nullptr;
  const Link* bus = nullptr;
  const Link* link = nullptr;  ///< the link to the vertex on the left
  std::vector<std::size_t> children;
  std::size_t parent = 0;
  std::size_t column = 0;
  double width = 0, height = 0;  ///< of the box
  double band = 0;               ///< height of everything that belongs to it
  double centre = 0;
  std::vector<std::string> above, below_left, below_right;  ///< texts along the line to the left
};

/// A line that the tree has no place for.
struct Extra {
  std::size_t from = 0, to = 0;
  const Link* link = nullptr;
  std::vector<std::string> lines;
};

class Planner {
 public:
  explicit Planner(const Topology& topology) : topology_(topology) {}

  Layout plan() {
    for (const auto& node : topology_.nodes) {
      if (find(&node) == none) grow(node);
    }
    for (auto& vertex : vertices_) measure(vertex);
    double top = margin;
    for (const auto root : roots_) {
      place(root, top);
      top += span(root);
    }
    columns();
    for (std::size_t index = 0; index < vertices_.size(); ++index) draw(index);
    for (const auto& extra : extra_) draw_extra(extra, top);
    result_.width = std::max(right_, texts_right_) + margin;
    result_.height = top + margin;
    return std::move(result_);
  }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  std::size_t find(const Node* node) const {
    for (std::size_t index = 0; index < vertices_.size(); ++index) {
      if (vertices_[index].node == node) return index;
    }
    return none;
  }
  bool drawn(const Link* link) const {
    return std::any_of(extra_.begin(), extra_.end(), [link](const Extra& each) { return each.link == link; }) ||
           std::any_of(vertices_.begin(), vertices_.end(), [link](const Vertex& each) {
             return each.bus == link || (each.link == link && each.bus == nullptr);
           });
  }

  std::size_t add(Vertex vertex, std::size_t parent) {
    const auto index = vertices_.size();
    vertex.parent = parent;
    if (parent != none) {
      vertex.column = vertices_[parent].column + 1;
      vertices_[parent].children.push_back(index);
    }
    vertices_.push_back(std::move(vertex));
    return index;
  }

  /// Breadth first, so that a line never skips a column.
  void grow(const Node& first) {
    Vertex root;
    root.node = &first;
    std::deque<std::size_t> next{add(std::move(root), none)};
    roots_.push_back(next.front());
    while (!next.empty()) {
      const auto at = next.front();
      next.pop_front();
      const auto* node = vertices_[at].node;
      const auto* bus = vertices_[at].bus;
      if (bus != nullptr) {
        for (const auto& end : bus->ends) {
          const auto* other = topology_.node(end.node);
          const auto known = find(other);
          if (known == none) {
            Vertex vertex;
            vertex.node = other;
            vertex.link = bus;
            next.push_back(add(std::move(vertex), at));
          } else if (known != vertices_[at].parent) {
            auto lines = named(*bus, end);
            lines.front() = bus->name + ": " + lines.front();
            extra_.push_back({known, at, bus, std::move(lines)});
          }
        }
        continue;
      }
      for (const auto& link : topology_.links) {
        if (topology_.end(link.name, node->name) == nullptr || drawn(&link)) continue;
        Vertex vertex;
        vertex.link = &link;
        if (link.kind == LinkKind::shared) {
          vertex.bus = &link;
          next.push_back(add(std::move(vertex), at));
          continue;
        }
        const auto& other = link.ends.front().node == node->name ? link.ends.back() : link.ends.front();
        vertex.node = topology_.node(other.node);
        if (find(vertex.node) == none) {
          next.push_back(add(std::move(vertex), at));
        } else {
          auto lines = link_lines(link);
          for (const auto& each : link.ends) {
            for (auto& line : named(link, each)) lines.push_back(std::move(line));
          }
          extra_.push_back({at, find(vertex.node), &link, std::move(lines)});
        }
      }
    }
  }

  void measure(Vertex& vertex) {
    if (vertex.bus != nullptr) {
      const auto lines = link_lines(*vertex.bus);
      vertex.width = width_of(lines);
      vertex.band = 2 * spacing + 24;
    } else {
      auto lines = role_lines(*vertex.node);
      const auto loopback = loopback_lines(*vertex.node);
      lines.insert(lines.end(), loopback.begin(), loopback.end());
      vertex.width =
          std::max({90.0, width_of(lines) + 36, static_cast<double>(vertex.node->name.size()) * name_width + 36});
      vertex.height = height_of(lines) + 18 + 16;
      vertex.band = vertex.height;
    }
    if (vertex.parent == none) return pad(vertex);
    const auto& left = vertices_[vertex.parent];
    if (left.node != nullptr && vertex.bus == nullptr) vertex.above = link_lines(*vertex.link);
    if (left.node != nullptr)
      vertex.below_left = end_lines(*vertex.link, *topology_.end(vertex.link->name, left.node->name));
    if (vertex.node != nullptr)
      vertex.below_right = end_lines(*vertex.link, *topology_.end(vertex.link->name, vertex.node->name));
    const double half =
        std::max(height_of(vertex.above), std::max(height_of(vertex.below_left), height_of(vertex.below_right))) + 10;
    vertex.band = std::max(vertex.band, 2 * half);
    pad(vertex);
  }
  static void pad(Vertex& vertex) { vertex.band += 2 * spacing; }

  double heading(const Vertex& vertex) const {
    return vertex.bus == nullptr ? 0 : height_of(link_lines(*vertex.bus)) + spacing;
  }

  double children_span(const Vertex& vertex) const {
    double sum = 0;
    for (const auto each : vertex.children) sum += span(each);
    return sum;
  }
  double span(std::size_t index) const {
    const auto& vertex = vertices_[index];
    return heading(vertex) + std::max(vertex.band, children_span(vertex));
  }

  void place(std::size_t index, double top) {
    auto& vertex = vertices_[index];
    const double inside = children_span(vertex);
    const double body = std::max(vertex.band, inside);
    double next = top + heading(vertex) + ((body - inside) / 2);
    vertex.centre = top + heading(vertex) + (body / 2);
    for (const auto each : vertex.children) {
      place(each, next);
      next += span(each);
    }
    // A single line is drawn straight.
    if (vertex.children.size() == 1) vertex.centre = vertices_[vertex.children.front()].centre;
  }

  double gap_before(const Vertex& vertex) const {
    const double ends = width_of(vertex.below_left) + width_of(vertex.below_right) + 2 * spacing;
    return trunk + std::max(width_of(vertex.above), ends) + 2 * spacing;
  }

  void columns() {
    std::size_t count = 0;
    for (const auto& vertex : vertices_) count = std::max(count, vertex.column + 1);
    std::vector<double> gaps(count, 0), widths(count, 0);
    for (const auto& vertex : vertices_) {
      if (vertex.parent != none) gaps[vertex.column] = std::max(gaps[vertex.column], gap_before(vertex));
      widths[vertex.column] = std::max(widths[vertex.column], vertex.width);
    }
    double x = margin;
    const double extra_trunk = 8.0 * static_cast<double>(extra_.size());
    for (std::size_t column = 0; column < count; ++column) {
      x += gaps[column] + (column > 0 ? extra_trunk : 0);
      starts_.push_back(x);
      x += widths[column];
      ends_.push_back(x);
    }
    right_ = x + extra_trunk + (extra_.empty() ? 0 : trunk);
  }

  double middle(const Vertex& vertex) const { return (starts_[vertex.column] + ends_[vertex.column]) / 2; }
  /// Boxes stand in the middle of their column.
  double left_of(const Vertex& vertex) const {
    return vertex.bus == nullptr ? middle(vertex) - (vertex.width / 2) : middle(vertex);
  }
  double right_of(const Vertex& vertex) const {
    return vertex.bus == nullptr ? middle(vertex) + (vertex.width / 2) : middle(vertex);
  }

  void draw(std::size_t index) {
    const auto& vertex = vertices_[index];
    if (vertex.node != nullptr) {
      result_.boxes.push_back({vertex.node->name, left_of(vertex), vertex.centre, vertex.width, vertex.height});
    } else {
      draw_bus(vertex);
    }
    if (vertex.parent == none) return;
    const auto& parent = vertices_[vertex.parent];
    if (parent.bus != nullptr) {
      result_.lines.push_back({{{middle(parent), vertex.centre}, {left_of(vertex), vertex.centre}}});
    } else {
      const double branch = ends_[parent.column] + (trunk / 2);
      result_.lines.push_back({{{right_of(parent), parent.centre},
                                {branch, parent.centre},
                                {branch, vertex.centre},
                                {left_of(vertex), vertex.centre}}});
    }
    const double from = parent.bus != nullptr ? middle(parent) : ends_[parent.column] + trunk;
    const double to = vertex.bus != nullptr ? starts_[vertex.column] : left_of(vertex);
    const double over = vertex.centre - 9 - (static_cast<double>(vertex.above.size()) - 1) * line_height;
    if (!vertex.above.empty()) result_.texts.push_back({vertex.above, (from + to) / 2, over, 'm', true});
    const double under = vertex.centre + line_height + 1;
    if (!vertex.below_left.empty()) result_.texts.push_back({vertex.below_left, from + 4, under, 's', false});
    if (!vertex.below_right.empty()) result_.texts.push_back({vertex.below_right, to - 8, under, 'e', false});
  }

  void draw_bus(const Vertex& vertex) {
    double top = vertex.centre, bottom = vertex.centre;
    for (const auto each : vertex.children) {
      top = std::min(top, vertices_[each].centre);
      bottom = std::max(bottom, vertices_[each].centre);
    }
    result_.buses.push_back({vertex.bus->name, middle(vertex), top - 24, bottom + 24, link_lines(*vertex.bus)});
  }

  /// A line that closes a circle runs below everything, in a lane of its own, to its texts on the right of all columns:
  /// no other line comes there.
  void draw_extra(const Extra& extra, double& bottom) {
    const auto& left = vertices_[extra.from];
    const auto& right = vertices_[extra.to];
    const double lane = bottom + spacing + (static_cast<double>(extra.lines.size()) / 2) * line_height;
    const double shift = trunk + 8.0 * static_cast<double>(extra_drawn_++) - 4;
    const double out = ends_[left.column] + shift, in = ends_[right.column] + shift + 3;
    const double start = right_ + 8;
    result_.lines.push_back({{{right_of(left), low(left)}, {out, low(left)}, {out, lane}, {start - 6, lane}}});
    result_.lines.push_back({{{right_of(right), low(right)}, {in, low(right)}, {in, lane}}});
    const double first = lane + 4 - ((static_cast<double>(extra.lines.size()) - 1) / 2) * line_height;
    result_.texts.push_back({extra.lines, start, first, 's', true});
    texts_right_ = std::max(texts_right_, start + width_of(extra.lines));
    bottom = lane + spacing + (static_cast<double>(extra.lines.size()) / 2) * line_height;
  }

  /// Where such a line leaves a box or a bus.
  double low(const Vertex& vertex) const {
    if (vertex.bus == nullptr) return vertex.centre + (vertex.height / 2) - 8;
    double bottom = vertex.centre;
    for (const auto each : vertex.children) bottom = std::max(bottom, vertices_[each].centre);
    return bottom + 12;
  }

  std::vector<std::string> named(const Link& link, const End& end) const {
    auto lines = end_lines(link, end);
    if (lines.empty()) return {end.node};
    lines.front() = end.node + " " + lines.front();
    return lines;
  }

  const Topology& topology_;
  std::vector<Vertex> vertices_;
  std::vector<std::size_t> roots_;
  std::vector<Extra> extra_;
  std::size_t extra_drawn_ = 0;
  std::vector<double> starts_, ends_;
  double right_ = 0, texts_right_ = 0;
  Layout result_;
};

}  // namespace

Layout layout(const Topology& topology) { return Planner(topology).plan(); }

}  // namespace useipsec
