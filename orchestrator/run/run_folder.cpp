#include "run/run_folder.h"

#include <fmt/chrono.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"

namespace fs = std::filesystem;

namespace useipsec {

namespace {

/// By the clock, so that names sort; a second run within the same second gets a number.
fs::path fresh_folder(const fs::path& results, const std::string& prefix) {
  const std::string stamp = fmt::format("{}{:%Y-%m-%dT%H%M%S}", prefix, fmt::gmtime(std::time(nullptr)));
  for (int n = 1;; ++n) {
    const fs::path folder = results / (n == 1 ? stamp : fmt::format("{}.{}", stamp, n));
    std::error_code error;
    if (fs::create_directory(folder, error)) return folder;
    if (error) throw system_error(error.value(), "making " + folder.string());
  }
}

/// Makes the folder; false where somebody else has.
bool made_first(const fs::path& folder, const std::string& doing) {
  if (::mkdir(folder.c_str(), 0777) == 0) return true;
  const int code = errno;
  if (code == EEXIST) return false;
  throw system_error(code, doing);
}

void point_latest(const fs::path& results, const fs::path& folder) {
  const fs::path beside = results / ".latest.new";
  std::error_code ignored;
  fs::remove(beside, ignored);
  fs::create_directory_symlink(folder.filename(), beside, ignored);
  fs::rename(beside, results / "latest", ignored);
}

}  // namespace

RunFolder RunFolder::create(const fs::path& results, const std::optional<fs::path>& folder, const std::string& prefix) {
  std::error_code error;
  fs::create_directories(folder ? *folder : results, error);
  if (error) throw system_error(error.value(), "making " + (folder ? *folder : results).string(), ExitCode::invalid);
  if (folder && fs::exists(*folder / "run.json")) {
    throw Error(fmt::format("{}: expected a folder without a run, found a run.json in it", folder->string()),
                ExitCode::invalid);
  }
  RunFolder run(fs::canonical(folder ? *folder : fresh_folder(results, prefix)));
  fs::create_directories(run.path_ / ".work" / "claimed");
  fs::create_directories(run.seed());
  if (!folder && prefix.empty()) point_latest(results, run.path_);
  return run;
}

void RunFolder::write_queue(const std::vector<QueuedCase>& queue) const {
  auto document = nlohmann::json::array();
  for (const auto& item : queue) document.push_back({{"id", item.id}, {"file", item.file.string()}});
  replace_text(path_ / ".work" / "queue.json", document.dump(1));
}

std::vector<QueuedCase> RunFolder::read_queue() const {
  const auto document = nlohmann::json::parse(read_text(path_ / ".work" / "queue.json"));
  std::vector<QueuedCase> queue;
  for (const auto& item : document) queue.push_back({item.at("id"), item.at("file").get<std::string>()});
  return queue;
}

bool RunFolder::claim(const std::string& id) const {
  return made_first(path_ / ".work" / "claimed" / id, "claiming " + id);
}

bool RunFolder::is_claimed(const std::string& id) const { return fs::exists(path_ / ".work" / "claimed" / id); }

void RunFolder::rest(const std::string& worker, bool wanted) const {
  const auto folder = path_ / ".work" / "resting";
  if (!wanted)
    fs::remove(folder / worker);
  else
    fs::create_directories(folder / worker);
}

bool RunFolder::is_to_rest(const std::string& worker) const { return fs::exists(path_ / ".work" / "resting" / worker); }

void RunFolder::stop_at(const std::string& id) const {
  const auto folder = path_ / ".work" / "stopped";
  const auto doing = "stopping the run at " + id;
  if (made_first(folder, doing)) made_first(folder / id, doing);
}

std::optional<std::string> RunFolder::stopped_at() const {
  std::error_code none;
  const fs::directory_iterator folder(path_ / ".work" / "stopped", none);
  if (none) return std::nullopt;
  return begin(folder) == end(folder) ? "" : folder->path().filename().string();
}

void RunFolder::tidy() const {
  std::error_code ignored;
  fs::remove_all(path_ / ".work", ignored);
}

}  // namespace useipsec
