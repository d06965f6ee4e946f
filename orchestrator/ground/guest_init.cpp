#include "ground/guest_init.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/unique_fd.h"
#include "ground/console.h"
#include "ground/guest_job.h"
#include "ground/guest_root.h"
#include "ground/module_order.h"

namespace useipsec {

namespace {

/// Seconds since the guest's kernel started.
double uptime() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

void raise_limits() {
  const rlimit files{1u << 20, 1u << 20};
  ::setrlimit(RLIMIT_NOFILE, &files);
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
}

/// In the guest kernel's own voice, as important as what "quiet" lets through (KERN_ERR,
/// admin-guide/serial-console.rst).
void tell_console(std::string_view line) {
  const UniqueFd kernel_log(::open("/dev/kmsg", O_WRONLY | O_CLOEXEC));
  const auto record = fmt::format("<3>{}\n", line);
  static_cast<void>(::write(kernel_log.get(), record.data(), record.size()));
}

void set_loopback_up() {
  const UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  ::ioctl(socket.get(), SIOCSIFFLAGS, &request);
}

/// A serial line as a plain byte stream: no echo, no line editing, no translation, eight bits.
UniqueFd open_raw(const char* device) {
  UniqueFd fd(::open(device, O_RDWR | O_NOCTTY | O_CLOEXEC));
  const int code = errno;
  if (!fd) throw system_error(code, fmt::format("opening {}", device));
  termios line{};
  ::tcgetattr(fd.get(), &line);
  ::cfmakeraw(&line);
  line.c_cflag |= CLOCAL | CREAD;
  line.c_cc[VMIN] = 1;
  line.c_cc[VTIME] = 0;
  ::tcsetattr(fd.get(), TCSANOW, &line);
  return fd;
}

[[noreturn]] void become(const GuestJob& job, int output, int stream) {
  ::setsid();
  const UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  ::dup2(null.get(), STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  std::vector<std::string> environment = job.environment;
  environment.push_back(fmt::format("{}={}", guest_name_variable, job.name));
  if (stream >= 0) {
    ::fcntl(stream, F_SETFD, 0);
    environment.push_back(fmt::format("{}={}", guest_stream_variable, stream));
  }
  std::vector<char*> arguments, entries;
  std::vector<std::string> command = job.command;
  for (auto& argument : command) arguments.push_back(argument.data());
  for (auto& entry : environment) entries.push_back(entry.data());
  arguments.push_back(nullptr);
  entries.push_back(nullptr);
  if (!job.directory.empty() && ::chdir(job.directory.c_str()) < 0) ::_exit(126);
  ::execve(arguments[0], arguments.data(), entries.data());
  const std::string complaint = fmt::format("executing {}: {}\n", command[0], std::strerror(errno));
  static_cast<void>(::write(STDERR_FILENO, complaint.data(), complaint.size()));
  ::_exit(127);
}

/// The host sends a signal for the job as one byte on the output line (Guest::signal).
void pass_signals_on(int line, pid_t job) {
  std::thread([line, job] {
    char number = 0;
    while (::read(line, &number, 1) == 1) ::kill(job, number);
  }).detach();
}

/// Runs the job and, as every init must, collects all that is orphaned meanwhile.
void run_job(const GuestJob& job, int output, int stream, GuestStatus& status) {
  const pid_t child = ::fork();
  const int code = errno;
  if (child < 0) throw system_error(code, "fork");
  if (child == 0) become(job, output, stream);
  pass_signals_on(output, child);
  for (;;) {
    int raw = 0;
    const pid_t ended = ::waitpid(-1, &raw, 0);
    if (ended < 0 && errno != EINTR) return;
    if (ended != child) continue;
    status.signaled = WIFSIGNALED(raw);
    status.code = status.signaled ? WTERMSIG(raw) : WEXITSTATUS(raw);
    return;
  }
}

void do_job(const std::filesystem::path& file, GuestStatus& status) {
  const GuestJob job = read_job(file);
  settle_guest_root(job.results);
  ::sethostname(job.name.data(), job.name.size());
  const double before = uptime();
  status.modules = load_modules(guest_modules_folder(), lab_modules());
  status.modules_s = uptime() - before;
  set_loopback_up();
  const UniqueFd output = open_raw("/dev/ttyS0");
  const UniqueFd stream = job.stream ? open_raw("/dev/ttyS1") : UniqueFd();
  tell_console(job_begins);
  status.ready_s = uptime();
  write_status(file.parent_path() / "started.json", status);
  run_job(job, output.get(), stream.get(), status);
  ::tcdrain(output.get());
}

}  // namespace

bool is_guest_init() { return ::getpid() == 1 && std::getenv(guest_job_variable) != nullptr; }

int guest_init() {
  const std::filesystem::path file = std::getenv(guest_job_variable);
  GuestStatus status;
  utsname name{};
  ::uname(&name);
  status.kernel = name.release;
  raise_limits();
  try {
    do_job(file, status);
  } catch (const Error& error) {
    status.error = error.what();
    status.code = static_cast<int>(error.exit_code());
  }
  try {
    write_status(file.parent_path() / "status.json", status);
  } catch (const Error& error) {
    fmt::print(stderr, "guest init: {}\n", error.what());  // the console is all that is left
  }
  if (!status.error.empty()) fmt::print(stderr, "guest init: {}\n", status.error);
  ::sync();
  ::reboot(RB_POWER_OFF);
  return static_cast<int>(ExitCode::broken);
}

}  // namespace useipsec
