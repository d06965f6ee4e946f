// Labs held in the background: entered, looked at, left, and nothing of them left behind, however they end. Ground
// auto: a guest on most machines, and the host where this itself runs in a guest.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <vector>

#include "helpers/host_state.h"
#include "helpers/places.h"
#include "helpers/temporary_folder.h"

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using namespace useipsec::host;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* scenario = "esp-transport-napt";

struct Said {
  int code = -1;
  std::string out, err;
};

int code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

/// A home with results of its own, so that no lab of whoever runs this test is met or touched.
class TestHome {
 public:
  TestHome() {
    for (const char* name : {"scenarios", "topologies", "claims"})
      fs::create_directory_symlink(useipsec::source_dir() / name, path() / name);
    guard();
  }
  ~TestHome() {
    ::close(life_line_);
    ::waitpid(guard_, nullptr, 0);
  }
  TestHome(const TestHome&) = delete;
  TestHome& operator=(const TestHome&) = delete;
  const fs::path& path() const { return folder_.path(); }
  fs::path results() const { return path() / "results"; }

  /// Starts the program with its streams on files; `out` and `err` read them afterwards.
  pid_t start(const std::vector<std::string>& arguments, const fs::path& input = "/dev/null") const {
    const pid_t child = ::fork();
    if (child != 0) return child;
    const auto out = stream("out").string(), err = stream("err").string();
    ::setpgid(0, 0);
    ::setenv("USEIPSEC_HOME", path().c_str(), 1);
    ::dup2(::open(input.c_str(), O_RDONLY), 0);
    ::dup2(::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 1);
    ::dup2(::open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 2);
    execute(arguments);
  }
  Said end_of(pid_t child) const {
    int status = 0;
    ::waitpid(child, &status, 0);
    // The files carry the child's number: several run side by side.
    const auto file = [&](const char* name) { return path() / (std::string(name) + "." + std::to_string(child)); };
    return {code_of(status), read(file("out")), read(file("err"))};
  }
  Said run(const std::vector<std::string>& arguments, const fs::path& input = "/dev/null") const {
    return end_of(start(arguments, input));
  }

  [[noreturn]] static void execute(const std::vector<std::string>& arguments) {
    std::vector<char*> words{const_cast<char*>(PROGRAM)};
    for (const auto& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);
    ::execv(PROGRAM, words.data());
    ::_exit(126);
  }

  /// What the only lab says of itself; nothing where there is none.
  nlohmann::json lab(const std::string& name = scenario) const {
    const auto document = nlohmann::json::parse(run({"lab", "status", "--json"}).out);
    for (const auto& one : document.at("labs")) {
      if (one.at("name") == name) return one;
    }
    return nullptr;
  }

 private:
  /// A child that ends every lab of this home when the test is gone, also by a deadline or a crash.
  void guard() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return;
    life_line_ = ends[1];
    guard_ = ::fork();
    if (guard_ != 0) {
      ::close(ends[0]);
      return;
    }
    ::setsid();
    ::close(ends[1]);
    char byte = 0;
    while (::read(ends[0], &byte, 1) < 0) {
    }
    std::error_code ignored;
    for (const auto& lab : fs::directory_iterator(results() / "labs", ignored))
      run({"lab", "stop", "--within", "0", "--name", lab.path().filename().string()});
    ::_exit(0);
  }
  int life_line_ = -1;
  pid_t guard_ = -1;
  fs::path stream(const char* name) const { return path() / (std::string(name) + "." + std::to_string(::getpid())); }
  useipsec::TemporaryFolder folder_;
};

template <class Condition>
bool comes_true(Condition condition) {
  for (const auto until = std::chrono::steady_clock::now() + 60s; std::chrono::steady_clock::now() < until;
       std::this_thread::sleep_for(50ms)) {
    if (condition()) return true;
  }
  return false;
}

/// A terminal with the program on it.
class Terminal {
 public:
  Terminal(const TestHome& home, const std::vector<std::string>& arguments) {
    winsize size{.ws_row = 33, .ws_col = 77, .ws_xpixel = 0, .ws_ypixel = 0};
    child_ = ::forkpty(&fd_, nullptr, nullptr, &size);
    if (child_ != 0) return;
    ::setenv("USEIPSEC_HOME", home.path().c_str(), 1);
    TestHome::execute(arguments);
  }
  ~Terminal() { ::close(fd_); }

  void type(const std::string& keys) const {
    EXPECT_EQ(::write(fd_, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
  }
  void resize(unsigned short rows, unsigned short columns) const {
    const winsize size{.ws_row = rows, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
    ::ioctl(fd_, TIOCSWINSZ, &size);
  }
  /// Reads until `words` come after all that was awaited before.
  void await(const std::string& words) {
    while (text_.find(words, seen_) == std::string::npos && read_some()) {
    }
    const auto at = text_.find(words, seen_);
    ASSERT_NE(at, std::string::npos) << "no \"" << words << "\" in:\n" << text_.substr(seen_);
    seen_ = at + words.size();
  }
  int end() {
    while (read_some()) {
    }
    ::kill(child_, SIGHUP);  // as a terminal does that goes; nothing where it has ended
    int status = 0;
    ::waitpid(child_, &status, 0);
    return code_of(status);
  }
  const std::string& text() const { return text_; }

 private:
  bool read_some() {
    std::array<char, 4096> buffer;
    pollfd ready{.fd = fd_, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, 30'000) <= 0) return false;
    const ssize_t count = ::read(fd_, buffer.data(), buffer.size());
    if (count > 0) text_.append(buffer.data(), static_cast<std::size_t>(count));
    return count > 0;
  }
  int fd_ = -1;
  pid_t child_ = -1;
  std::string text_;
  std::size_t seen_ = 0;
};

/// One lab for the tests that only visit it.
class VisitTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    home_ = std::make_unique<TestHome>();
    started_ = home_->run({"lab", "start", scenario});
  }
  static void TearDownTestSuite() {
    home_->run({"lab", "stop", "--name", scenario});
    expect_no_process(home_->path().string());
    home_.reset();
  }
  void SetUp() override {
    if (started_.code == 77) GTEST_SKIP() << started_.err;
    ASSERT_EQ(started_.code, 0) << started_.out << started_.err;
  }
  static Said exec(const std::string& node, std::vector<std::string> command, const fs::path& input = "/dev/null") {
    command.insert(command.begin(), {"lab", "exec", node, "--"});
    return home_->run(command, input);
  }
  static Said shell(const std::string& script) { return exec("alice", {"sh", "-c", script}); }

  static std::unique_ptr<TestHome> home_;
  static Said started_;
};
std::unique_ptr<TestHome> VisitTest::home_;
Said VisitTest::started_;

TEST_F(VisitTest, StartingSaysWhatIsThereAndWhatToTypeNext) {
  EXPECT_THAT(started_.out,
              AllOf(HasSubstr("nat    NAPT    10.1.0.1/24 on lan, 192.0.2.2/24 on wan"), HasSubstr("engine libreswan"),
                    HasSubstr("the first of 2 cases, also: esp-transport-napt@strongswan\n"),
                    HasSubstr("   1  start all - done"), HasSubstr("passed - all 10 expectations hold"),
                    HasSubstr("lab shell alice\n"), HasSubstr("lab exec alice -- ping -c 1 198.51.100.2\n"),
                    HasSubstr("lab stop\n")));
  // What is to be typed next works as it stands.
  const auto begin = started_.out.find("lab exec alice -- /usr/libexec");
  ASSERT_NE(begin, std::string::npos);
  std::istringstream line(started_.out.substr(begin, started_.out.find('\n', begin) - begin));
  std::vector<std::string> words;
  for (std::string word; line >> word;) words.push_back(word);
  const auto traffic = home_->run(words);
  EXPECT_EQ(traffic.code, 0) << traffic.err;
  EXPECT_THAT(traffic.out, HasSubstr("\"profile\", type=ESP"));
}

TEST_F(VisitTest, ANodeIsInItsOwnNetwork) {
  EXPECT_THAT(exec("alice", {"ip", "-o", "addr"}).out, AllOf(HasSubstr("10.1.0.2/24"), Not(HasSubstr("198.51.100.2"))));
  EXPECT_THAT(exec("bob", {"ip", "-o", "addr"}).out, HasSubstr("198.51.100.2/24"));
  EXPECT_EQ(exec("alice", {"ping", "-c", "1", "-W", "5", "198.51.100.2"}).code, 0);
  EXPECT_THAT(exec("bob", {"ip", "xfrm", "state"}).out, HasSubstr("encap type espinudp"));
}

TEST_F(VisitTest, TheExitCodeIsTheProgramsAsAShellTellsIt) {
  EXPECT_EQ(shell("exit 0").code, 0);
  EXPECT_EQ(shell("exit 42").code, 42);
  EXPECT_EQ(shell("kill -KILL $$").code, 128 + SIGKILL);
  EXPECT_EQ(shell("kill -TERM $$").code, 128 + SIGTERM);
  const auto missing = exec("alice", {"no-such-program"});
  EXPECT_EQ(missing.code, 127);
  EXPECT_THAT(missing.err, HasSubstr("no-such-program"));
  EXPECT_EQ(exec("alice", {"/etc/passwd"}).code, 126);
}

TEST_F(VisitTest, StandardOutputAndErrorAreApart) {
  const auto said = shell("echo out; echo err >&2; echo out again");
  EXPECT_EQ(said.out, "out\nout again\n");
  EXPECT_EQ(said.err, "err\n");
}

TEST_F(VisitTest, ArgumentsArriveAsTheyAre) {
  EXPECT_EQ(exec("alice", {"printf", "%s|", "a b", "", "--", "-x", "\xff\xfe", "'\"$HOME\n"}).out,
            "a b||--|-x|\xff\xfe|'\"$HOME\n|");
}

TEST_F(VisitTest, TenMegabytesOfAnyBytesComeBackBitForBit) {
  const auto file = home_->path() / "random";
  std::string bytes(10 << 20, '\0');
  std::mt19937_64 random(1);
  for (std::size_t n = 0; n + 8 <= bytes.size(); n += 8) {
    const auto word = random();
    std::memcpy(&bytes[n], &word, 8);
  }
  std::ofstream(file, std::ios::binary) << bytes;
  const auto from_file = exec("alice", {"cat"}, file);
  EXPECT_EQ(from_file.code, 0) << from_file.err;
  EXPECT_TRUE(from_file.out == bytes) << from_file.out.size() << " bytes of " << bytes.size();

  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe2(pipe.data(), O_CLOEXEC), 0);
  std::thread writer([&] {
    for (std::size_t done = 0; done < bytes.size();) {
      const auto count = ::write(pipe[1], bytes.data() + done, std::min<std::size_t>(7777, bytes.size() - done));
      if (count <= 0) break;
      done += static_cast<std::size_t>(count);
    }
    ::close(pipe[1]);
  });
  const auto from_pipe = exec("bob", {"cat"}, "/proc/self/fd/" + std::to_string(pipe[0]));
  writer.join();
  ::close(pipe[0]);
  EXPECT_TRUE(from_pipe.out == bytes) << from_pipe.out.size() << " bytes of " << bytes.size();
}

TEST_F(VisitTest, InputThatNobodyReadsStopsNothing) {
  const auto file = home_->path() / "much";
  std::ofstream(file) << std::string(4 << 20, 'x');
  EXPECT_EQ(exec("alice", {"true"}, file).code, 0);
  EXPECT_EQ(exec("alice", {"sh", "-c", "exec <&-; sleep 0.2; echo done"}, file).out, "done\n");
  EXPECT_EQ(exec("alice", {"head", "-c", "3"}, file).out, "xxx");
  EXPECT_EQ(exec("alice", {"sh", "-c", "dd bs=1k count=1 of=/dev/null 2>/dev/null; kill -TERM $$; sleep 9"}, file).code,
            128 + SIGTERM);
}

TEST_F(VisitTest, OutputThatNobodyReadsEndsTheProgram) {
  const std::string command =
      std::string(PROGRAM) + " lab exec alice -- sh -c 'echo $$ > /run/useipsec/yes.pid; exec yes' | head -n 1";
  ::setenv("USEIPSEC_HOME", home_->path().c_str(), 1);
  EXPECT_EQ(code_of(std::system(command.c_str())), 0);
  ::unsetenv("USEIPSEC_HOME");
  EXPECT_TRUE(comes_true([] { return shell("kill -0 $(cat /run/useipsec/yes.pid)").code != 0; }));
}

TEST_F(VisitTest, SignalsAreTheProgramsToHear) {
  const auto child =
      home_->start({"lab", "exec", "alice", "--", "sh", "-c",
                    "trap 'echo heard; exit 9' TERM; touch /run/useipsec/ready; while :; do sleep 0.05; done"});
  ASSERT_TRUE(comes_true([] { return shell("rm /run/useipsec/ready").code == 0; }));
  ::kill(child, SIGTERM);
  const auto said = home_->end_of(child);
  EXPECT_EQ(said.code, 9);
  EXPECT_EQ(said.out, "heard\n");
}

TEST_F(VisitTest, ASignalOvertakesInput) {
  const auto file = home_->path() / "waiting";
  std::ofstream(file) << std::string(4 << 20, 'x');
  const auto child =
      home_->start({"lab", "exec", "alice", "--", "sh", "-c", "touch /run/useipsec/ready; exec sleep 1000"}, file);
  ASSERT_TRUE(comes_true([] { return shell("rm /run/useipsec/ready").code == 0; }));
  ::kill(child, SIGINT);
  EXPECT_EQ(home_->end_of(child).code, 128 + SIGINT);
}

TEST_F(VisitTest, AVisitorThatIsKilledTakesItsProgramAlong) {
  const auto child =
      home_->start({"lab", "exec", "alice", "--", "sh", "-c", "echo $$ > /run/useipsec/sleep.pid; exec sleep 1000"});
  ASSERT_TRUE(comes_true([] { return shell("test -s /run/useipsec/sleep.pid").code == 0; }));
  EXPECT_EQ(shell("kill -0 $(cat /run/useipsec/sleep.pid)").code, 0);
  ::kill(child, SIGKILL);
  home_->end_of(child);
  EXPECT_TRUE(comes_true([] { return shell("kill -0 $(cat /run/useipsec/sleep.pid)").code != 0; }));
}

TEST_F(VisitTest, AShellHasATerminal) {
  Terminal terminal(*home_, {"lab", "shell", "alice"});
  terminal.await("alice:");
  terminal.type("stty size; tty > /dev/null && echo a-ter'minal'\n");
  terminal.await("33 77");
  terminal.await("a-terminal");
  terminal.resize(40, 111);
  terminal.type("sleep 0.3; stty size\n");
  terminal.await("40 111");
  // Each program says that it runs before it is typed at: until then the keys are the shell's.
  terminal.type("echo be'gins'; cat\n");
  terminal.await("begins");
  terminal.type("ech\xc3\xb6\n");
  terminal.await("ech\xc3\xb6\r\nech\xc3\xb6");
  terminal.type("\x03");  // Ctrl-C
  terminal.await("^C");
  terminal.type("echo code $?\n");
  terminal.await("code 130");
  terminal.type("sh -c 'echo sle''eps; exec sleep 1000'\n");
  terminal.await("sleeps");
  terminal.type("\x1a");  // Ctrl-Z
  terminal.await("Stopped");
  terminal.type("kill %1; fg; exit 7\n");
  terminal.await("exit 7");
  EXPECT_EQ(terminal.end(), 7) << terminal.text();
}

TEST_F(VisitTest, AProgramOnATerminalHasOneToo) {
  Terminal terminal(*home_, {"lab", "exec", "bob", "--", "sh", "-c", "stty size; exit 3"});
  EXPECT_EQ(terminal.end(), 3);
  EXPECT_EQ(terminal.text(), "33 77\r\n");
}

TEST_F(VisitTest, StatusSaysWhatRuns) {
  const auto lab = home_->lab();
  ASSERT_TRUE(lab.is_object());
  EXPECT_EQ(lab.at("kind"), "lab");
  EXPECT_EQ(lab.at("phase"), "held");
  EXPECT_EQ(lab.at("case"), "esp-transport-napt@libreswan");
  EXPECT_EQ(lab.at("state"), "passed");
  EXPECT_EQ(lab.at("nodes").size(), 4u);
  EXPECT_EQ(::kill(lab.at("process").get<pid_t>(), 0), 0);
  EXPECT_THAT(home_->run({"lab", "status"}).out,
              AllOf(HasSubstr("esp-transport-napt@libreswan on ground"), HasSubstr("probe ping, udp, tcp - done"),
                    HasSubstr("lab stop\n")));
}

TEST_F(VisitTest, ErrorsNameTheNearestWord) {
  const auto node = home_->run({"lab", "exec", "bbo", "--", "true"});
  EXPECT_EQ(node.code, 2);
  EXPECT_THAT(node.err, HasSubstr("did you mean \"bob\"?"));
  const auto name = home_->run({"lab", "stop", "--name", "esp-transport-nat"});
  EXPECT_EQ(name.code, 2);
  EXPECT_THAT(name.err, HasSubstr("did you mean \"esp-transport-napt\"?"));
  const auto verb = home_->run({"lab", "stat"});
  EXPECT_EQ(verb.code, 2);
  EXPECT_THAT(verb.err, HasSubstr("did you mean \"start\"?"));
  const auto unknown = home_->run({"lab", "start", "esp-transport-nat"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean \"esp-transport-napt\"?"));
  const auto step = home_->run({"lab", "start", scenario, "--name", "x", "--until", "prob"});
  EXPECT_EQ(step.code, 0) << "how a step's words begin";
  EXPECT_EQ(home_->run({"lab", "stop", "--name", "x"}).code, 0);
  EXPECT_EQ(home_->run({"lab", "start", scenario, "--name", "x", "--until", "6"}).code, 2);
  const auto engine = home_->run({"lab", "start", scenario, "--name", "x", "--engine", "manual"});
  EXPECT_EQ(engine.code, 2);
  EXPECT_THAT(engine.err, HasSubstr("esp-transport-napt@strongswan")) << "what there is";
}

TEST_F(VisitTest, NobodyElseMayEnter) {
  const auto lab = home_->lab();
  for (const auto& folder :
       {fs::path(lab.at("run").get<std::string>()) / ".work/inside", home_->results() / "labs" / scenario}) {
    EXPECT_EQ(fs::status(folder).permissions(), fs::perms::owner_all) << folder;
  }
}

TEST_F(VisitTest, ASecondOfTheNameIsRefusedAndLeavesNothing) {
  const auto folders = [] { return std::distance(fs::directory_iterator(home_->results()), fs::directory_iterator()); };
  const auto before = folders();
  const auto second = home_->run({"lab", "start", scenario});
  EXPECT_EQ(second.code, 2);
  EXPECT_THAT(second.err, AllOf(HasSubstr("found one held by process"), HasSubstr("--name")));
  EXPECT_EQ(folders(), before);
}

/// Labs of their own, for tests that end them.
class LabTest : public testing::Test {
 protected:
  void TearDown() override {
    for (const auto* name : {scenario, "other", "run"}) home_.run({"lab", "stop", "--name", name, "--within", "0"});
    expect_no_process(home_.path().string());
    expect_as_before(before_);
  }
  void start(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"lab", "start", scenario});
    const auto started = home_.run(more);
    if (started.code == 77) GTEST_SKIP() << started.err;
    ASSERT_EQ(started.code, 0) << started.out << started.err;
  }
  /// The processes that one started.
  static std::vector<pid_t> children_of(pid_t parent) {
    std::vector<pid_t> children;
    for (const auto& entry : fs::directory_iterator("/proc")) {
      const auto stat = read(entry.path() / "stat");
      int owner = 0;
      char state = 0;
      if (stat.rfind(')') != std::string::npos &&
          std::sscanf(stat.c_str() + stat.rfind(')') + 1, " %c %d", &state, &owner) == 2 && owner == parent)
        children.push_back(std::stoi(entry.path().filename()));
    }
    return children;
  }

  HostState before_;
  TestHome home_;
};

TEST_F(LabTest, StoppingBringsTheEvidenceHomeAndWhatPeopleDidIsNone) {
  ASSERT_NO_FATAL_FAILURE(start());
  if (IsSkipped()) return;
  const auto lab = home_.lab();
  // In the clear, past the policies: it would be exposure, had the case sent it.
  EXPECT_EQ(home_.run({"lab", "exec", "alice", "--", "ip", "xfrm", "policy", "flush"}).code, 0);
  EXPECT_EQ(home_.run({"lab", "exec", "bob", "--", "ip", "xfrm", "policy", "flush"}).code, 0);
  EXPECT_EQ(
      home_.run({"lab", "exec", "alice", "--", "ping", "-c", "3", "-i", "0.2", "-p", "6c61", "198.51.100.2"}).code, 0);
  const fs::path folder = lab.at("folder").get<std::string>();
  EXPECT_THAT(read(folder / "captures/held/lan-alice.pcap"), HasSubstr("lalalala")) << "readable while the lab is held";
  EXPECT_THAT(read(folder / "captures/lan-alice.pcap"), Not(HasSubstr("lalalala")));

  const auto stopped = home_.run({"lab", "stop"});
  EXPECT_EQ(stopped.code, 0) << stopped.err;
  EXPECT_THAT(stopped.out,
              AllOf(HasSubstr("is stopped"), HasSubstr("passed"), HasSubstr("evidence: " + folder.string())));
  for (const auto* file :
       {"case.json", "observations.json", "scenario.json", "captures/far-bob.pcap", "nodes/alice/pluto.log"})
    EXPECT_TRUE(fs::exists(folder / file)) << file;
  const auto run = nlohmann::json::parse(read(folder.parent_path() / "run.json"));
  EXPECT_EQ(run.at("complete"), true);
  EXPECT_EQ(run.at("cases").at(0).at("state"), "passed");
  EXPECT_FALSE(fs::exists(home_.results() / "labs"));
  EXPECT_FALSE(fs::exists(folder.parent_path() / ".work"));
  EXPECT_FALSE(fs::exists(home_.results() / "latest")) << "a lab is no run to compare with";
  const auto story = home_.run({"show", "esp-transport-napt@libreswan", "--run", folder.parent_path().string()});
  EXPECT_EQ(story.code, 0) << story.err;

  const auto after = home_.run({"lab", "exec", "alice", "--", "true"});
  EXPECT_EQ(after.code, 3);
  EXPECT_THAT(after.err, HasSubstr("lab start"));
}

TEST_F(LabTest, ALabMayBeHeldBeforeAStep) {
  ASSERT_NO_FATAL_FAILURE(start({"--until", "initiate"}));
  if (IsSkipped()) return;
  EXPECT_EQ(home_.run({"lab", "exec", "alice", "--", "ip", "xfrm", "state"}).out, "") << "nobody has asked for an SA";
  const auto lab = home_.lab();
  EXPECT_EQ(lab.at("state"), "not-run");
  EXPECT_EQ(lab.at("steps").at(0).at("result"), "done");
  EXPECT_EQ(lab.at("steps").at(1).at("result"), "");
  EXPECT_THAT(home_.run({"lab", "status"}).out, HasSubstr("     held here\n   2  initiate alice - not done\n"));
  const auto stopped = home_.run({"lab", "stop"});
  EXPECT_EQ(stopped.code, 0);
  EXPECT_THAT(stopped.out, HasSubstr("held before step 2, initiate alice"));
}

TEST_F(LabTest, TwoLabsSideBySideHaveNames) {
  ASSERT_NO_FATAL_FAILURE(start({"--until", "1"}));
  if (IsSkipped()) return;
  ASSERT_NO_FATAL_FAILURE(start({"--until", "1", "--name", "other"}));
  const auto which = home_.run({"lab", "exec", "alice", "--", "true"});
  EXPECT_EQ(which.code, 2);
  EXPECT_THAT(which.err, AllOf(HasSubstr("esp-transport-napt, other"), HasSubstr("--name")));
  EXPECT_EQ(home_.run({"lab", "exec", "--name", "other", "alice", "--", "ip", "link", "set", "lan", "down"}).code, 0);
  EXPECT_THAT(home_.run({"lab", "exec", "--name", "other", "alice", "--", "ip", "-o", "link"}).out,
              HasSubstr("state DOWN"));
  EXPECT_THAT(home_.run({"lab", "exec", "--name", scenario, "alice", "--", "ip", "-o", "link", "show", "lan"}).out,
              HasSubstr("state UP"))
      << "each has a network of its own";
  EXPECT_EQ(home_.run({"lab", "stop", "--name", scenario}).code, 0);
  EXPECT_EQ(home_.run({"lab", "exec", "alice", "--", "true"}).code, 0) << "the only one there is";
}

TEST_F(LabTest, KillNineOfItsHolderLeavesNothing) {
  ASSERT_NO_FATAL_FAILURE(start());
  if (IsSkipped()) return;
  const auto lab = home_.lab();
  const auto visitor = home_.start({"lab", "exec", "alice", "--", "sleep", "1000"});
  ASSERT_TRUE(comes_true([&] { return !fs::is_empty(fs::path(lab.at("run").get<std::string>()) / ".work/inside"); }));
  ::kill(lab.at("process").get<pid_t>(), SIGKILL);
  const auto said = home_.end_of(visitor);
  EXPECT_EQ(said.code, 125);
  EXPECT_THAT(said.err, HasSubstr("is gone"));
  expect_no_process(home_.path().string());
  expect_as_before(before_);
  EXPECT_THAT(home_.run({"lab", "status"}).out, HasSubstr("ended without a word"));
  EXPECT_EQ(home_.run({"lab", "exec", "alice", "--", "true"}).code, 3);
  const auto stopped = home_.run({"lab", "stop"});
  EXPECT_EQ(stopped.code, 0);
  EXPECT_THAT(stopped.out, AllOf(HasSubstr("nothing of it runs"), HasSubstr("passed")))
      << "it was judged before it was held";
  EXPECT_THAT(home_.run({"lab", "status"}).out, HasSubstr("no lab"));
}

TEST_F(LabTest, AWorkerThatHangsIsStoppedAllTheSame) {
  ASSERT_NO_FATAL_FAILURE(start());
  if (IsSkipped()) return;
  for (const auto child : children_of(home_.lab().at("process").get<pid_t>())) ::kill(child, SIGSTOP);
  const auto stopped = home_.run({"lab", "stop", "--within", "1"});
  EXPECT_EQ(stopped.code, 124);
  EXPECT_THAT(stopped.err, HasSubstr("was killed"));
  EXPECT_THAT(stopped.out, HasSubstr("passed"));
  expect_no_process(home_.path().string());
}

TEST_F(LabTest, AHolderThatHangsIsStoppedAllTheSame) {
  ASSERT_NO_FATAL_FAILURE(start({"--until", "1"}));
  if (IsSkipped()) return;
  ::kill(home_.lab().at("process").get<pid_t>(), SIGSTOP);
  EXPECT_EQ(home_.run({"lab", "stop", "--within", "0"}).code, 124);
  expect_no_process(home_.path().string());
}

TEST_F(LabTest, CtrlCWhileItStartsLeavesNothing) {
  for (const int number : {SIGINT, SIGKILL}) {
    const auto starter = home_.start({"lab", "start", scenario});
    if (!comes_true([&] { return home_.lab().is_object(); })) GTEST_SKIP() << home_.end_of(starter).err;
    ::kill(starter, number);
    EXPECT_EQ(home_.end_of(starter).code, 128 + number);
    EXPECT_TRUE(comes_true([&] { return home_.lab().is_null(); }));
    expect_no_process(home_.path().string());
    EXPECT_FALSE(fs::exists(home_.results() / "labs"));
  }
}

TEST_F(LabTest, ARunThatPausesIsEnteredAndGoesOn) {
  const auto out = home_.path() / "paused";
  const auto run = home_.start({"run", scenario, "--engine", "libreswan", "--pause", "--quiet", "--out", out.string()});
  std::vector<std::string> cases;
  const auto held = [&] {
    const auto lab = home_.lab("run");
    if (!lab.is_object() || lab.at("phase") != "held" || (!cases.empty() && lab.at("case") == cases.back()))
      return false;
    cases.push_back(lab.at("case"));
    return true;
  };
  while (cases.size() < 3) {
    if (!comes_true(held)) GTEST_SKIP() << home_.end_of(run).err;
    EXPECT_EQ(home_.run({"lab", "exec", "bob", "--", "true"}).code, 0);
    const auto visitor = home_.start({"lab", "exec", "bob", "--", "sleep", "1000"});
    ASSERT_TRUE(comes_true([&] { return !fs::is_empty(out / ".work/inside"); }));
    const auto once = home_.start({"lab", "stop"}),
               twice = home_.start({"lab", "stop"});  // which must not end the next one
    const auto stopped = home_.end_of(once);
    home_.end_of(twice);
    EXPECT_EQ(stopped.code, 0) << stopped.err;
    EXPECT_THAT(stopped.out, HasSubstr("the run goes on"));
    EXPECT_EQ(home_.end_of(visitor).code, 128 + SIGHUP);
  }
  const auto said = home_.end_of(run);
  EXPECT_EQ(said.code, 0) << said.err;
  EXPECT_THAT(said.out, HasSubstr("3 cases: 3 passed"));
  EXPECT_THAT(cases, testing::ElementsAre("esp-transport-napt@libreswan", "esp-transport-napt.routed@libreswan",
                                          "esp-transport-napt.no-ipsec@libreswan"));
}

}  // namespace
