#include "cli/verb.h"
#include "ground/guest_init.h"

int main(int argc, char** argv) {
  if (useipsec::is_guest_init()) return useipsec::guest_init();
  return static_cast<int>(useipsec::run_command_line(argc, argv));
}
