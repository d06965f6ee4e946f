// Every topology of topologies/ and the hard one below, drawn, is compared with tests/golden/draw/<topology>.<format>.
// USEIPSEC_ACCEPT=1 rewrites the golden files.
#include "draw/draw.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "draw/labels.h"
#include "draw/layout.h"
#include "helpers/places.h"
#include "topology/topology_reader.h"

namespace useipsec {
namespace {

namespace fs = std::filesystem;

struct Drawn {
  std::string topology;
  std::string format;
};

Topology read(const std::string& name) {
  Diagnostics diagnostics;
  const auto own = source_dir() / "tests/golden/draw" / (name + ".json");
  const auto topology =
      read_topology(fs::exists(own) ? own : source_dir() / "topologies" / (name + ".json"), diagnostics);
  if (!topology) throw std::runtime_error(diagnostics.text());
  return *topology;
}

const std::vector<std::string> names{"napt", "nat-one-to-one", "pair6-static", "ospf-lan", "router-lan", "hard"};

std::vector<Drawn> all() {
  std::vector<Drawn> result;
  for (const auto& name : names) {
    for (const auto* format : {"svg", "dot", "mermaid"}) result.push_back({name, format});
  }
  return result;
}

class Drawing : public testing::TestWithParam<Drawn> {};

TEST_P(Drawing, IsAsBefore) {
  const auto topology = read(GetParam().topology);
  const auto& format = GetParam().format;
  const auto picture = format == "svg" ? svg(topology) : format == "dot" ? dot(topology) : mermaid(topology);
  const auto golden = source_dir() / "tests/golden/draw" / (GetParam().topology + "." + format);
  if (std::getenv("USEIPSEC_ACCEPT") != nullptr) {
    std::ofstream(golden, std::ios::binary) << picture;
    GTEST_SKIP() << "rewritten: " << golden;
  }
  std::ostringstream expected;
  expected << std::ifstream(golden, std::ios::binary).rdbuf();
  EXPECT_EQ(picture, expected.str());
}

INSTANTIATE_TEST_SUITE_P(Golden, Drawing, testing::ValuesIn(all()), [](const auto& parameter) {
  auto name = parameter.param.topology + "_" + parameter.param.format;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

/// The rectangle a line of text covers.
struct Area {
  double left, top, right, bottom;
  std::string words;
};

std::vector<Area> areas(const Layout& plan) {
  std::vector<Area> result;
  const auto add = [&result](const std::vector<std::string>& lines, double x, double y, char anchor) {
    for (const auto& line : lines) {
      const double width = 7.2 * static_cast<double>(line.size());  // 12 px monospace
      const double left = anchor == 's' ? x : anchor == 'm' ? x - width / 2 : x - width;
      result.push_back({left, y - 10, left + width, y + 3, line});
      y += line_height;
    }
  };
  for (const auto& text : plan.texts) add(text.lines, text.x, text.y, text.anchor);
  for (const auto& bus : plan.buses)
    add(bus.lines, bus.x, bus.top - 9 - (static_cast<double>(bus.lines.size()) - 1) * line_height, 'm');
  for (const auto& box : plan.boxes)
    result.push_back({box.left, box.top(), box.right(), box.top() + box.height, box.node});
  return result;
}

TEST(DrawingTest, TextsAndBoxesNeverOverlap) {
  for (const auto& name : names) {
    const auto plan = layout(read(name));
    const auto covered = areas(plan);
    for (std::size_t one = 0; one < covered.size(); ++one) {
      const auto& a = covered[one];
      EXPECT_TRUE(a.left >= 0 && a.top >= 0 && a.right <= plan.width && a.bottom <= plan.height)
          << name << ": " << a.words << " leaves the picture";
      for (std::size_t two = one + 1; two < covered.size(); ++two) {
        const auto& b = covered[two];
        const bool apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
        EXPECT_TRUE(apart) << name << ": " << a.words << " and " << b.words;
      }
    }
  }
}

TEST(DrawingTest, EveryEndAndLinkIsDrawn) {
  const auto topology = read("hard");
  const auto picture = svg(topology);
  for (const auto& link : topology.links) {
    EXPECT_THAT(picture, testing::HasSubstr(">" + link.name)) << link.name;
    for (const auto& end : link.ends) {
      for (const auto& line : end_lines(link, end)) EXPECT_THAT(picture, testing::HasSubstr(line)) << end.node;
    }
  }
}

TEST(DrawingTest, TextIsEscaped) {
  EXPECT_EQ(xml_escaped("<a href=\"x\">&'\n"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39; ");
  EXPECT_EQ(xml_escaped("\x01\xff\xe2\x80\xae"), "\\x01\\xff\\u{202e}");
  auto topology = read("pair4");
  topology.about = "</desc><script>";
  EXPECT_THAT(svg(topology), testing::Not(testing::HasSubstr("<script>")));
}

}  // namespace
}  // namespace useipsec
