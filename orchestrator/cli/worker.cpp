#include "run/worker.h"

#include "cli/options.h"
#include "cli/verbs.h"

namespace useipsec {

Verb worker_verb() {
  return {.name = "worker",
          .summary = "Run a queue's cases; started by `run`",
          .example = "useipsec run",
          .declare =
              [](Arguments arguments) {
                struct Options {
                  std::string home, pause = "never";
                  WorkerOptions worker;
                };
                auto options = std::make_shared<Options>();
                add_home(arguments, options->home);
                arguments.option("--run", options->worker.run).required();
                arguments.option("--name", options->worker.name).required();
                arguments.option("--repeat", options->worker.repetition.repeat);
                arguments.option("--retries", options->worker.repetition.retries);
                arguments.flag("--fail-fast", options->worker.repetition.fail_fast);
                arguments.option("--pause", options->pause);
                arguments.option("--until", options->worker.hold.until);
                return [options] {
                  options->worker.hold.pause = pause_of(options->pause);
                  return work(Home::find(options->home), options->worker);
                };
              },
          .hidden = true};
}

}  // namespace useipsec
