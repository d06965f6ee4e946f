// The page of a run in headless Chromium (both themes, from a desk to a phone), and its captures in tshark. Pictures of
// the page are left beside the run for a look.
#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "helpers/chromium.h"
#include "helpers/tool.h"
#include "report/html/publish.h"
#include "report/stored_json.h"
#include "unit/report/made_up_results.h"

namespace useipsec {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

const fs::path run_folder = REPORT_RUN;

std::string decoded(const std::string& base64) {
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char letter : base64) {
    const auto value =
        std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/").find(letter);
    if (value == std::string_view::npos) break;
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    count += 6;
    if (count >= 8) bytes += static_cast<char>(bits >> (count -= 8));
  }
  return bytes;
}

/// What in the page is wider than it may be, outside of regions that scroll by themselves.
constexpr const char* too_wide = R"((() => {
  const wide = [];
  for (const each of document.querySelectorAll('body *')) {
    if (each.closest('.scroll, pre, .skip') || each.closest('details:not([open]) > :not(summary)')) continue;
    if (each.getBoundingClientRect().right > innerWidth + 1) wide.push(each.tagName + '.' + each.className + ' ' + each.textContent.slice(0, 40));
  }
  if (document.documentElement.scrollWidth > innerWidth + 1) wide.push('the page: ' + document.documentElement.scrollWidth);
  return wide.slice(0, 8).join('\n');
})())";

/// Text that stands out less than WCAG 2.1 AA asks (1.4.3: 4.5 to 1).
constexpr const char* too_faint = R"((() => {
  const light = c => { const [r, g, b] = c.map(v => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const parts = text => { const found = text.match(/[\d.]+/g).map(Number); return found.length > 3 && found[3] === 0 ? null : found.slice(0, 3); };
  const behind = node => { for (let at = node; at; at = at.parentElement) { const c = parts(getComputedStyle(at).backgroundColor); if (c) return c; } return [255, 255, 255]; };
  const faint = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let seen = 0;
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || element.closest('style, title, desc') || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const ink = parts(element.closest('svg') ? style.fill : style.color), paper = behind(element);
    const [high, low] = [light(ink), light(paper)].sort((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05);
    ++seen;
    if (ratio < 4.5) faint.add(ratio.toFixed(2) + ' ' + element.tagName + '.' + (element.className.baseVal ?? element.className) + ': ' + walker.currentNode.data.trim().slice(0, 30));
  }
  return seen < 50 ? 'only ' + seen + ' texts seen' : [...faint].slice(0, 8).join('\n');
})())";

class PageInBrowser : public testing::Test {
 protected:
  void SetUp() override {
    const auto program = find_tool("chromium");
    if (!program) GTEST_SKIP() << "chromium is not installed (Debian's packages chromium and fonts-dejavu)";
    folder_.emplace();
    fill_with_ah_through_nat(*folder_);
    // The run's own page where there is one: real flows, logs and ladders.
    real_ = fs::exists(run_folder / "run.json");
    page_ = real_ ? run_folder / "report.html" : folder_->path() / "report.html";
    publish(real_ ? read_stored_run(run_folder) : folder_->finish(), page_);
    browser_.emplace(*program);
  }
  void keep_picture(const std::string& name) {
    const auto shot = browser_->call("Page.captureScreenshot", {{"format", "png"}});
    std::ofstream(page_.parent_path() / name, std::ios::binary) << decoded(shot["data"]);
  }
  void press(const std::string& key, int code) {
    for (const auto* type : {"keyDown", "keyUp"})
      browser_->call("Input.dispatchKeyEvent",
                     {{"type", type},
                      {"key", key},
                      {"code", key},
                      {"windowsVirtualKeyCode", code},
                      {"text", key == "Enter" && std::string(type) == "keyDown" ? "\r" : ""}});
  }
  std::optional<ResultFolder> folder_;
  std::optional<Chromium> browser_;
  fs::path page_;
  bool real_ = false;
};

TEST_F(PageInBrowser, FitsFromDeskToPhoneInBothThemes) {
  for (const auto* theme : {"light", "dark"})
    for (const int width : {1280, 768, 390, 320}) {
      browser_->show(page_, width, 900, theme);
      EXPECT_EQ(browser_->evaluate(too_wide), "") << theme << " " << width;
      keep_picture(fmt::format("page-{}-{}.png", theme, width));
    }
  EXPECT_THAT(browser_->complaints(), IsEmpty());
  // The detector fires.
  browser_->evaluate("document.querySelector('h1').style.width = '5000px'");
  EXPECT_NE(browser_->evaluate(too_wide), "");
}

TEST_F(PageInBrowser, EveryTextStandsOutInBothThemes) {
  for (const auto* theme : {"light", "dark"}) {
    browser_->show(page_, 1280, 900, theme);
    browser_->evaluate("document.querySelectorAll('details').forEach(each => each.open = true)");
    EXPECT_EQ(browser_->evaluate(too_faint), "") << theme;
    EXPECT_EQ(browser_->evaluate("matchMedia('(prefers-color-scheme: dark)').matches"), std::string(theme) == "dark");
    // The detector fires.
    browser_->evaluate("document.querySelector('h1').style.color = '#777'");
    EXPECT_NE(browser_->evaluate(too_faint), "");
  }
}

/// The section that few runs have.
TEST_F(PageInBrowser, WhatGrowsFitsAndStandsOut) {
  fill_with_growing_numbers(*folder_);
  page_ = folder_->path() / "report.html";
  publish(folder_->finish(), page_);
  for (const auto* theme : {"light", "dark"})
    for (const int width : {1280, 360}) {
      browser_->show(page_, width, 900, theme);
      EXPECT_EQ(browser_->evaluate(too_wide), "") << theme << " " << width;
      EXPECT_EQ(browser_->evaluate(too_faint), "") << theme << " " << width;
      // A reader of a phone needs not scroll sideways for the drawing, nor a glass for its letters.
      EXPECT_EQ(browser_->evaluate("(() => { const box = document.querySelector('svg.growth').getBoundingClientRect(); "
                                   "return box.left >= 0 && box.right <= innerWidth; })()"),
                true);
      EXPECT_GE(
          browser_->evaluate("document.querySelector('svg.growth text').getBoundingClientRect().height").get<double>(),
          11);
    }
}

TEST_F(PageInBrowser, HasNoScriptsAndTablesThatAReaderCanFollow) {
  browser_->show(page_, 1280, 900, "light");
  EXPECT_EQ(browser_->evaluate("document.scripts.length"), 0);
  EXPECT_EQ(browser_->evaluate("document.querySelectorAll('h1').length"), 1);
  EXPECT_EQ(browser_->evaluate("document.querySelectorAll('th:not([scope])').length"), 0);
  EXPECT_EQ(
      browser_->evaluate("document.querySelectorAll('[role=region]:not([aria-label]):not([aria-labelledby])').length"),
      0);
  EXPECT_EQ(
      browser_->evaluate(
          "document.querySelectorAll('svg[role=img]').length > 0 && "
          "[...document.querySelectorAll('svg[role=img]')].every(each => each.querySelector('title').textContent)"),
      true);
  // Headings go down one level at a time.
  EXPECT_EQ(browser_->evaluate("(() => { let last = 0; for (const each of document.querySelectorAll('h1,h2,h3,h4')) { "
                               "const level = +each.tagName[1]; "
                               "if (level > last + 1) return each.textContent; last = level; } return ''; })()"),
            "");
  // What each table says is text of the document, the first table above the fold's end.
  EXPECT_EQ(browser_->evaluate("document.querySelector('table.claims td .mark').innerText.includes('reproduced') || "
                               "document.querySelector('table.claims td .mark').innerText.length > 5"),
            true);
}

/// Roles as a screen reader gets them.
TEST_F(PageInBrowser, LandmarksAndTablesReachAScreenReaderAlsoOnAPhone) {
  for (const int width : {1280, 390}) {
    browser_->show(page_, width, 900, "light");
    browser_->call("Accessibility.enable");
    const auto tree = browser_->call("Accessibility.getFullAXTree");
    std::map<std::string, int> roles;
    for (const auto& node : tree["nodes"])
      if (!node.value("ignored", false)) ++roles[node["role"].value("value", "")];
    for (const auto* role : {"main", "navigation", "banner", "contentinfo", "table", "columnheader", "rowheader",
                             "cell", "article", "image"})
      EXPECT_GT(roles[role], 0) << role << " at " << width;
  }
}

TEST_F(PageInBrowser, TheKeyboardReachesEverythingVisibly) {
  browser_->show(page_, 1280, 900, "light");
  press("Tab", 9);
  EXPECT_EQ(browser_->evaluate("document.activeElement.textContent"), "Skip to the results");
  EXPECT_EQ(browser_->evaluate("document.activeElement.getBoundingClientRect().left >= 0"), true);
  press("Enter", 13);
  EXPECT_EQ(browser_->evaluate("location.hash"), "#main");
  for (int step = 0; step < 6; ++step) {
    press("Tab", 9);
    EXPECT_EQ(browser_->evaluate("getComputedStyle(document.activeElement).outlineStyle"), "solid") << step;
    EXPECT_NE(browser_->evaluate("document.activeElement.tagName"), "BODY");
  }
}

TEST_F(PageInBrowser, EveryCellOfTheMatrixLeadsToItsCase) {
  browser_->show(page_, 1280, 900, "light");
  EXPECT_EQ(browser_->evaluate(
                "(() => { const cells = [...document.querySelectorAll('table a.mark')]; return cells.length > 0 && "
                "cells.every(each => "
                "document.getElementById(decodeURIComponent(each.hash.slice(1)))?.tagName === 'ARTICLE'); })()"),
            true);
  const auto id = browser_->evaluate("decodeURIComponent(document.querySelectorAll('table a.mark')[1].hash.slice(1))")
                      .get<std::string>();
  EXPECT_NE(id, browser_->evaluate("document.querySelector('article').id")) << "not where the page would go anyway";
  browser_->evaluate("document.querySelectorAll('table a.mark')[1].click()");
  EXPECT_EQ(browser_->evaluate("decodeURIComponent(location.hash)"), "#" + id);
  EXPECT_EQ(browser_->evaluate("Math.abs(document.querySelector('article:target').getBoundingClientRect().top) < 60"),
            true);
}

TEST_F(PageInBrowser, Prints) {
  browser_->show(page_, 1280, 900, "light");
  const auto pdf = decoded(browser_->call("Page.printToPDF", {{"printBackground", false}})["data"]);
  EXPECT_EQ(pdf.rfind("%PDF", 0), 0u);
  EXPECT_GT(pdf.size(), 20'000u);
  browser_->call("Emulation.setEmulatedMedia", {{"media", "print"}});
  EXPECT_EQ(browser_->evaluate("getComputedStyle(document.querySelector('nav')).display"), "none");
}

std::string hexadecimal(const std::string& text) {
  std::string result;
  for (const char letter : text) result += fmt::format("{:02x}", static_cast<std::uint8_t>(letter));
  return result;
}

/// Every payload that a probe sent through ESP is found by tshark, by means of what was written beside the capture.
TEST(RealCapture, TsharkDecryptsWhatTheProbesSent) {
  const auto tshark = find_tool("tshark");
  if (!tshark) GTEST_SKIP() << "tshark is not installed (Debian's package tshark)";
  if (!fs::exists(run_folder / "run.json")) GTEST_SKIP() << "there is no run: this machine has no ground for one";
  const auto run = read_stored_run(run_folder);
  const auto published = publish(run, run_folder / "report.html");
  EXPECT_THAT(published.problems, IsEmpty());
  std::size_t payloads = 0;
  for (const auto& one : run.run.cases) {
    const auto stored = read_stored_case(run, one);
    const bool sealed =
        std::any_of(one.sas.begin(), one.sas.end(), [](const SaFact& each) { return !each.sas.empty(); });
    if (!sealed) continue;
    const auto output = run_tool({*tshark, "-r", (stored.folder / "case.pcapng").string(), "-Y", "esp", "-T", "fields",
                                  "-e", "esp.icv_bad", "-e", "data.data", "-e", "tcp.payload"},
                                 {{"WIRESHARK_CONFIG_DIR", (stored.folder / "wireshark").string()}});
    EXPECT_EQ(output.status, 0) << output.err;
    EXPECT_THAT(output.err, testing::Not(HasSubstr("rror"))) << output.err;
    for (const auto& probe : stored.observations->probes)
      for (const auto number : probe.arrived) {
        ++payloads;
        EXPECT_THAT(output.out, HasSubstr(hexadecimal(fmt::format("{}/{:06}/q/", probe.token, number)))) << one.id;
      }
    std::istringstream lines(output.out);
    for (std::string line; std::getline(lines, line);)
      EXPECT_NE(line.front(), '1') << "an integrity check failed: " << line;
  }
  EXPECT_GE(payloads, 15u);
}

/// The page may be passed on; the folder holds the keys.
TEST(RealPage, HoldsNoKeys) {
  if (!fs::exists(run_folder / "run.json")) GTEST_SKIP() << "there is no run: this machine has no ground for one";
  const auto run = read_stored_run(run_folder);
  publish(run, run_folder / "report.html");
  const auto page = read_text(run_folder / "report.html");
  std::size_t keys = 0;
  const auto expect_absent = [&](const std::string& key) {
    if (key.empty()) return;
    ++keys;
    EXPECT_EQ(page.find(key), std::string::npos) << key;
  };
  for (const auto& one : run.run.cases) {
    const auto stored = read_stored_case(run, one);
    for (const auto& snapshot : stored.observations->snapshots)
      for (const auto& [name, node] : snapshot.nodes)
        for (const auto& sa : node.sas) expect_absent(sa.encryption_key), expect_absent(sa.integrity_key);
    for (const auto* node : {"alice", "bob"}) {
      const auto file = stored.folder / "nodes" / node / "ipsec.secrets";
      if (!fs::exists(file)) continue;
      const auto secrets = read_text(file);
      const auto begin = secrets.find('"') + 1;
      expect_absent(secrets.substr(begin, secrets.find('"', begin) - begin));
    }
  }
  EXPECT_GE(keys, 6u);
}

}  // namespace
}  // namespace useipsec
