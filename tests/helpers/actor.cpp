// What a test wants a child to do:
//   exit N | die SIGNAL | say TEXT... | cat | stubborn (ignores SIGTERM) | family (leaves a child; prints its pid)
//   descriptors (lists what is open) | where (prints its folder) | variable NAME | sleep

#include <dirent.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

[[noreturn]] void sleep_for_ever() {
  for (;;) ::pause();
}

void list_descriptors() {
  DIR* folder = ::opendir("/proc/self/fd");
  while (const dirent* entry = ::readdir(folder)) {
    const int fd = std::atoi(entry->d_name);
    if (entry->d_name[0] != '.' && fd != ::dirfd(folder)) std::printf("%d\n", fd);
  }
  ::closedir(folder);
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view mode = count > 1 ? arguments[1] : "";
  const std::string argument = count > 2 ? arguments[2] : "";
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  if (mode == "exit") return std::atoi(argument.c_str());
  if (mode == "die") ::raise(std::atoi(argument.c_str()));
  if (mode == "say") {
    for (int i = 2; i < count; ++i) std::fputs(arguments[i], i % 2 == 0 ? stdout : stderr), std::fflush(stdout);
  } else if (mode == "cat") {
    for (int c = 0; (c = std::getchar()) != EOF;) std::putchar(c);
  } else if (mode == "stubborn") {
    ::signal(SIGTERM, SIG_IGN);
    std::puts("ready");
    sleep_for_ever();
  } else if (mode == "family") {
    const int child = ::fork();
    if (child == 0) sleep_for_ever();
    std::printf("%d\n", child);
    if (argument == "wait") sleep_for_ever();
  } else if (mode == "descriptors") {
    list_descriptors();
  } else if (mode == "where") {
    char* folder = ::getcwd(nullptr, 0);
    std::puts(folder);
    std::free(folder);
  } else if (mode == "variable") {
    const char* value = std::getenv(argument.c_str());
    std::puts(value != nullptr ? value : "(none)");
  } else if (mode == "sleep") {
    sleep_for_ever();
  }
  return 0;
}
