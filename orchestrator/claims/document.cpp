#include "claims/document.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iterator>
#include <utility>

namespace useipsec {
namespace {

constexpr std::string_view introduction =
    R"(# The claims

<!-- Made from the files in claims/; change those, not this page. -->

Every statement below comes from draft-bellovin-useipsec (RFC 5406, "Guidelines for Specifying the Use of IPsec
Version 2"), from its ballot, or from the documents around it, in our own words. Each says how to find out whether it
holds. Whether it was reproduced is not written here: that is for the runs to say (`useipsec claims`).

## How to read an entry

- **Source**: who makes the claim, and where.
- **Hypothesis**: what is seen if the claim is true. **Refuted if**: what is seen if it is not.
- **Experiment**: what to build and do, on top of what its group has in common.
- **Control**: the matching run that must go the other way; without it the experiment proves nothing.
- **Expected**: the outcome, by its name below; where it differs between arms, which arm has which.
- **Needs**: the tiers in which it can be run at least in part, and the size of the work.
)";

/// Ordinary text, with what Markdown would take for markup made plain.
std::string plain(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (std::string_view(R"(\`*<[)").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string joined(const std::vector<std::string>& texts, std::string_view separator) {
  return plain(fmt::format("{}", fmt::join(texts, separator)));
}

/// The text of the terms whose kind is `kind`, under `title`; nothing where there are none.
void write_terms(fmt::memory_buffer& page, const Catalogue& catalogue, std::string_view kind, std::string_view title) {
  bool first = true;
  for (const Term& term : catalogue.terms) {
    if (term.kind != kind) continue;
    if (std::exchange(first, false)) fmt::format_to(std::back_inserter(page), "\n### {}\n\n", title);
    fmt::format_to(std::back_inserter(page), "- **{}**: {}\n", plain(term.name), plain(term.meaning));
  }
}

void write_contents(fmt::memory_buffer& page, const Catalogue& catalogue) {
  fmt::format_to(std::back_inserter(page),
                 "\n## Contents\n\n{} claims in {} groups, and {} statements that cannot be tested.\n\n",
                 catalogue.claims.size(), catalogue.groups.size(), catalogue.not_testable.size());
  for (const ClaimGroup& group : catalogue.groups) {
    fmt::format_to(std::back_inserter(page), "- [{}](#group-{}) ({})\n", plain(group.title), group.id,
                   catalogue.of_group(group.id).size());
  }
  fmt::format_to(std::back_inserter(page), "- [What cannot be tested, and why](#not-testable) ({})\n",
                 catalogue.not_testable.size());
}

void write_claim(fmt::memory_buffer& page, const Claim& claim) {
  auto out = std::back_inserter(page);
  fmt::format_to(out, "\n### {}\n\n{}\n\n", claim.id, plain(claim.statement));
  fmt::format_to(out, "- **Source**: {}\n", joined(claim.sources, "; "));
  fmt::format_to(out, "- **Hypothesis**: {}\n", plain(claim.hypothesis));
  fmt::format_to(out, "- **Refuted if**: {}\n", plain(claim.refuted_if));
  fmt::format_to(out, "- **Experiment**: {}\n", plain(claim.experiment));
  fmt::format_to(out, "- **Control**: {}\n", plain(claim.control));
  fmt::format_to(out, "- **Expected**: {}\n", plain(claim.expected));
  fmt::format_to(out, "- **Needs**: {}, size {}\n", joined(claim.tiers, " or "), letter(claim.grade));
  if (!claim.caveats.empty()) fmt::format_to(out, "- **Caveats**: {}\n", plain(claim.caveats));
}

void write_group(fmt::memory_buffer& page, const Catalogue& catalogue, const ClaimGroup& group) {
  auto out = std::back_inserter(page);
  fmt::format_to(out, "\n<a id=\"group-{}\"></a>\n\n## {}\n\n{}\n\n", group.id, plain(group.title), plain(group.about));
  fmt::format_to(out, "- **Group**: {}\n", plain(group.id));
  fmt::format_to(out, "- **Sources**: {}\n", joined(group.sources, "; "));
  fmt::format_to(out, "- **In common, unless a claim says otherwise**: {}\n", plain(group.frame));
  if (!group.notes.empty()) fmt::format_to(out, "- **Note**: {}\n", plain(group.notes));
  for (const Claim* claim : catalogue.of_group(group.id)) write_claim(page, *claim);
}

/// A link to a claim, or to a group for "group:<id>".
std::string link(const Catalogue& catalogue, std::string_view name) {
  constexpr std::string_view group_mark = "group:";
  if (!name.starts_with(group_mark)) return fmt::format("[{0}](#{0})", name);
  const std::string_view id = name.substr(group_mark.size());
  const ClaimGroup* group = catalogue.find_group(id);
  return fmt::format("[{}](#group-{})", group != nullptr ? plain(group->title) : std::string(id), id);
}

void write_not_testable(fmt::memory_buffer& page, const Catalogue& catalogue) {
  auto out = std::back_inserter(page);
  fmt::format_to(out, "\n<a id=\"not-testable\"></a>\n\n## What cannot be tested, and why\n");
  for (const NotTestable& statement : catalogue.not_testable) {
    fmt::format_to(out, "\n### {}\n\n{}\n\n", statement.id, plain(statement.statement));
    fmt::format_to(out, "- **Source**: {}\n", joined(statement.sources, "; "));
    fmt::format_to(out, "- **Why not**: {}\n", plain(statement.why_not));
    if (statement.nearest.empty()) continue;
    std::vector<std::string> links;
    for (const std::string& name : statement.nearest) links.push_back(link(catalogue, name));
    fmt::format_to(out, "- **Nearest that can be tested**: {}\n", fmt::join(links, ", "));
  }
}

}  // namespace

std::string claims_markdown(const Catalogue& catalogue) {
  fmt::memory_buffer page;
  page.append(introduction);
  write_terms(page, catalogue, "outcome", "Outcomes");
  write_terms(page, catalogue, "tier", "Tiers");
  write_terms(page, catalogue, "grade", "Sizes");
  write_terms(page, catalogue, "topology", "Topologies");
  write_terms(page, catalogue, "nat", "Kinds of NAT");
  write_terms(page, catalogue, "notation", "Notation");
  write_contents(page, catalogue);
  for (const ClaimGroup& group : catalogue.groups) write_group(page, catalogue, group);
  if (!catalogue.not_testable.empty()) write_not_testable(page, catalogue);
  return fmt::to_string(page);
}

}  // namespace useipsec
