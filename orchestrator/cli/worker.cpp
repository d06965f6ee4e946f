#include "run/worker.h"

#include "cli/options.h"
#include "cli/verbs.h"

namespace useipsec {

Verb worker_verb() {
  return {.name = "worker", .summary = "Run a queue's cases; started by `run`", .example = "useipsec run",
          .declare = [](CLI::App& app) {
            struct Options {
              std::string home, pause = "never";
              WorkerOptions worker;
            };
            auto options = std::make_shared<Options>();
            add_home(app, options->home);
            app.add_option("--run", options->worker.run)->required();
            app.add_option("--name", options->worker.name)->required();
            app.add_option("--repeat", options->worker.repetition.repeat);
            app.add_option("--retries", options->worker.repetition.retries);
            app.add_flag("--fail-fast", options->worker.repetition.fail_fast);
            app.add_option("--pause", options->pause);
            app.add_option("--until", options->worker.hold.until);
            return [options] {
              options->worker.hold.pause = pause_of(options->pause);
              return work(Home::find(options->home), options->worker);
            };
          },
          .hidden = true};
}

}  // namespace useipsec
