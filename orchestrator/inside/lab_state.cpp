#include "inside/lab_state.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "base/unique_fd.h"

namespace fs = std::filesystem;

namespace useipsec {

using nlohmann::json;

std::string start_time(pid_t process) {
  std::ifstream stream(fmt::format("/proc/{}/stat", process));
  std::string text;
  std::getline(stream, text);
  const auto after_name = text.rfind(')');  // the name may hold anything, brackets too
  if (after_name == std::string::npos) return {};
  std::istringstream fields(text.substr(after_name + 1));
  std::string field, state;
  for (int n = 3; n <= 22 && fields >> field; ++n) {
    if (n == 3) state = field;
  }
  return state == "Z" || state == "X" ? "" : field;
}

fs::path state_file(const fs::path& results) { return results / "lab.json"; }

std::string to_text(const LabState& state) {
  json document{{"schema", "useipsec/lab/1"}, {"holder", state.holder}, {"started", state.started}, {"door", state.door},
                {"ground", state.ground},     {"since", state.since},   {"run", state.run},         {"held", nullptr}};
  if (state.held) document["held"] = json::parse(to_text(*state.held));
  return document.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

std::optional<LabState> read_state(const fs::path& file, bool& stale) {
  stale = false;
  if (!fs::exists(file)) return std::nullopt;
  const auto document = json::parse(read_text(file), nullptr, false);
  stale = true;
  if (!document.is_object()) return LabState{};
  LabState state;
  state.holder = document.value("holder", -1);
  state.started = document.value("started", "");
  state.door = document.value("door", "");
  state.ground = document.value("ground", "");
  state.since = document.value("since", "");
  state.run = document.value("run", "");
  if (document.contains("held") && document["held"].is_object()) state.held = held_lab(document["held"].dump());
  stale = state.holder <= 0 || state.started.empty() || start_time(state.holder) != state.started;
  return state;
}

void expect_no_lab(const fs::path& file) {
  bool stale = false;
  const auto found = read_state(file, stale);
  if (!found || stale) return;
  throw Error(fmt::format("expected no lab, found {} by process {} since {}; `useipsec lab stop` ends it",
                          found->held ? found->held->case_id + " held" : "one in preparation", found->holder, found->since),
              ExitCode::invalid);
}

std::string claim_state(const fs::path& file, const LabState& state) {
  std::string note;
  for (int attempt = 0; attempt < 3; ++attempt) {
    // Written beside and linked: whoever reads the name reads a whole state, and only one of two makers gets it.
    const fs::path draft = fmt::format("{}.{}", file.string(), ::getpid());
    write_text(draft, to_text(state));
    const int linked = ::link(draft.c_str(), file.c_str());
    const int code = errno;
    fs::remove(draft);
    if (linked == 0) return note;
    if (code != EEXIST) throw system_error(code, "writing " + file.string());
    bool stale = false;
    const auto found = read_state(file, stale);
    if (found && !stale) expect_no_lab(file);
    if (found) note = fmt::format("the lab of {} is gone without a word (process {}); its state file is replaced", found->since, found->holder);
    fs::remove(file);
  }
  throw Error("writing " + file.string() + ": it comes back each time it is removed");
}

}  // namespace useipsec
