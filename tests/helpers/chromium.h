#pragma once

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace useipsec {

/// A headless Chromium with one page, spoken to in the DevTools protocol over a pair of pipes: no port, no driver.
/// Ended with this object.
class Chromium {
 public:
  explicit Chromium(const std::string& program)
      : profile_(std::filesystem::temp_directory_path() / ("useipsec-chromium-" + std::to_string(::getpid()))) {
    int to[2], from[2];
    if (::pipe2(to, O_CLOEXEC) != 0 || ::pipe2(from, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
    child_ = ::fork();
    if (child_ == 0) {
      // The browser reads at 3 and writes at 4; high copies first, so that neither is written over.
      const int reads = ::fcntl(to[0], F_DUPFD, 20), writes = ::fcntl(from[1], F_DUPFD, 21);
      ::dup2(reads, 3);
      ::dup2(writes, 4);
      ::close(reads);
      ::close(writes);
      if (const int null = ::open("/dev/null", O_RDWR); null >= 0) ::dup2(null, 1), ::dup2(null, 2);
      const auto data = "--user-data-dir=" + profile_.string();
      // Not the set-up of a user's browser, but a renderer of our own page: its sandbox refuses to start as root.
      ::execl(program.c_str(), program.c_str(), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
              "--no-first-run", "--remote-debugging-pipe", data.c_str(), static_cast<char*>(nullptr));
      ::_exit(127);
    }
    ::close(to[0]);
    ::close(from[1]);
    out_ = to[1];
    in_ = from[0];
    const auto target = call("Target.createTarget", {{"url", "about:blank"}})["targetId"];
    session_ = call("Target.attachToTarget", {{"targetId", target}, {"flatten", true}})["sessionId"];
    call("Page.enable");
    call("Log.enable");
    call("Runtime.enable");
  }
  ~Chromium() {
    try {
      session_.clear();
      call("Browser.close");
    } catch (const std::exception&) {
      ::kill(child_, SIGKILL);
    }
    ::waitpid(child_, nullptr, 0);
    ::close(out_);
    ::close(in_);
    std::error_code ignored;
    std::filesystem::remove_all(profile_, ignored);
  }
  Chromium(const Chromium&) = delete;
  Chromium& operator=(const Chromium&) = delete;

  /// Shows a file from disk, in pixels, in "light" or "dark".
  void show(const std::filesystem::path& file, int width, int height, const std::string& theme) {
    call("Emulation.setDeviceMetricsOverride",
         {{"width", width}, {"height", height}, {"deviceScaleFactor", 1}, {"mobile", false}});
    call("Emulation.setEmulatedMedia",
         {{"media", ""}, {"features", {{{"name", "prefers-color-scheme"}, {"value", theme}}}}});
    loaded_ = false;
    call("Page.navigate", {{"url", "file://" + file.string()}});
    while (!loaded_) receive();
  }

  /// The value of an expression in the page, awaited where it is a promise.
  nlohmann::json evaluate(const std::string& expression) {
    const auto answer =
        call("Runtime.evaluate", {{"expression", expression}, {"returnByValue", true}, {"awaitPromise", true}});
    if (answer.contains("exceptionDetails")) throw std::runtime_error(answer["exceptionDetails"].dump());
    return answer["result"].value("value", nlohmann::json());
  }

  nlohmann::json call(const std::string& method, nlohmann::json parameters = nlohmann::json::object()) {
    nlohmann::json message{{"id", ++last_}, {"method", method}, {"params", std::move(parameters)}};
    if (!session_.empty()) message["sessionId"] = session_;
    const auto text = message.dump() + '\0';
    for (std::size_t at = 0; at < text.size();) {
      const auto wrote = ::write(out_, text.data() + at, text.size() - at);
      if (wrote <= 0) throw std::runtime_error("the browser has gone");
      at += static_cast<std::size_t>(wrote);
    }
    for (;;) {
      auto answer = receive();
      if (answer.value("id", -1) != last_) continue;
      if (answer.contains("error")) throw std::runtime_error(method + ": " + answer["error"].dump());
      return answer.value("result", nlohmann::json::object());
    }
  }

  /// What the browser complained of so far: errors, warnings, refused loads.
  const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  nlohmann::json receive() {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(50);
    for (;;) {
      if (const auto end = buffer_.find('\0'); end != std::string::npos) {
        auto message = nlohmann::json::parse(buffer_.substr(0, end));
        buffer_.erase(0, end + 1);
        const auto method = message.value("method", "");
        if (method == "Page.loadEventFired") loaded_ = true;
        if (method == "Log.entryAdded" || method == "Runtime.consoleAPICalled" || method == "Runtime.exceptionThrown")
          complaints_.push_back(message["params"].dump());
        return message;
      }
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
      pollfd wait{in_, POLLIN, 0};
      if (left <= 0 || ::poll(&wait, 1, static_cast<int>(left)) <= 0)
        throw std::runtime_error("the browser says nothing");
      char bytes[65536];
      const auto got = ::read(in_, bytes, sizeof bytes);
      if (got <= 0) throw std::runtime_error("the browser has gone");
      buffer_.append(bytes, static_cast<std::size_t>(got));
    }
  }

  std::filesystem::path profile_;
  pid_t child_ = -1;
  int out_ = -1, in_ = -1, last_ = 0;
  bool loaded_ = false;
  std::string session_, buffer_;
  std::vector<std::string> complaints_;
};

}  // namespace useipsec
