#include "cli/verbs.h"

namespace useipsec {

const std::vector<Verb>& verbs() {
  static const std::vector<Verb> all{doctor_verb(),   list_verb(),    check_verb(),  run_verb(),   rerun_verb(),
                                     show_verb(),     report_verb(),  diff_verb(),   merge_verb(), claims_verb(),
                                     draw_verb(),     profile_verb(), schema_verb(), lab_verb(),   lab_hold_verb(),
                                     in_guest_verb(), worker_verb()};
  return all;
}

}  // namespace useipsec
