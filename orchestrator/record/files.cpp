#include <set>

#include "record/record.h"

namespace useipsec {

std::vector<FileRecord> used_files(const Home& home, const Catalogue& catalogue, const std::vector<Case>& cases) {
  std::set<std::filesystem::path> files;
  std::set<std::string> ids;
  for (const auto& one : cases) {
    files.insert(home.root() / home.name_of(one.file));
    if (!one.topology.file.empty()) files.insert(home.root() / home.name_of(one.topology.file));
    for (const auto& claim : one.claims) ids.insert(claim.id);
  }
  for (const auto& claim : catalogue.claims)
    if (ids.contains(claim.id)) files.insert(home.claims() / claim.group / (claim.id + ".json"));
  std::vector<FileRecord> records;
  for (const auto& file : files) records.push_back({home.name_of(file), sha256_of(file)});
  return records;
}

}  // namespace useipsec
