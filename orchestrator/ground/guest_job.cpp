#include "ground/guest_job.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/unique_fd.h"

namespace useipsec {

using nlohmann::json;

namespace {

/// Other side of hostfs: only what is synced and renamed is seen whole there.
void write_whole(const std::filesystem::path& file, const json& document) {
  const std::string text = document.dump(2, ' ', false, json::error_handler_t::replace) + '\n';
  const std::string draft = file.string() + ".draft";
  {
    const UniqueFd fd(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    int code = errno;
    if (!fd) throw system_error(code, fmt::format("writing {}", draft));
    const ssize_t count = ::write(fd.get(), text.data(), text.size());
    code = errno;
    if (count != static_cast<ssize_t>(text.size()))
      throw system_error(count < 0 ? code : ENOSPC, fmt::format("writing {}", draft));
    ::fsync(fd.get());
  }
  const int renamed = ::rename(draft.c_str(), file.c_str());
  const int code = errno;
  if (renamed < 0) throw system_error(code, fmt::format("writing {}", file.string()));
}

json read_whole(const std::filesystem::path& file) {
  std::ifstream stream(file);
  const int code = errno;
  if (!stream) throw system_error(code, fmt::format("reading {}", file.string()));
  return json::parse(stream);
}

}  // namespace

std::filesystem::path guest_folder(const std::filesystem::path& results, const std::string& name) {
  return results / fmt::format("guest-{}", name);
}

void write_job(const std::filesystem::path& file, const GuestJob& job) {
  write_whole(file, json{{"name", job.name},
                         {"results", job.results.string()},
                         {"directory", job.directory.string()},
                         {"command", job.command},
                         {"environment", job.environment},
                         {"stream", job.stream}});
}

GuestJob read_job(const std::filesystem::path& file) try {
  const json document = read_whole(file);
  GuestJob job;
  job.name = document.at("name").get<std::string>();
  job.results = document.at("results").get<std::string>();
  job.directory = document.at("directory").get<std::string>();
  job.command = document.at("command").get<std::vector<std::string>>();
  job.environment = document.at("environment").get<std::vector<std::string>>();
  job.stream = document.at("stream").get<bool>();
  return job;
} catch (const json::exception& error) {
  throw Error(fmt::format("reading {}: {}", file.string(), error.what()));
}

void write_status(const std::filesystem::path& file, const GuestStatus& status) {
  write_whole(file, json{{"signaled", status.signaled},
                         {"code", status.code},
                         {"error", status.error},
                         {"kernel", status.kernel},
                         {"ready_s", status.ready_s},
                         {"modules_s", status.modules_s},
                         {"modules", status.modules}});
}

std::optional<GuestStatus> read_status(const std::filesystem::path& file) try {
  if (!std::filesystem::exists(file)) return std::nullopt;
  const json document = read_whole(file);
  GuestStatus status;
  status.signaled = document.at("signaled").get<bool>();
  status.code = document.at("code").get<int>();
  status.error = document.at("error").get<std::string>();
  status.kernel = document.at("kernel").get<std::string>();
  status.ready_s = document.at("ready_s").get<double>();
  status.modules_s = document.at("modules_s").get<double>();
  status.modules = document.at("modules").get<int>();
  return status;
} catch (const json::exception& error) {
  throw Error(fmt::format("reading {}: {}", file.string(), error.what()));
}

}  // namespace useipsec
