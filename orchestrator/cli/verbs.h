#pragma once

#include "cli/verb.h"

namespace useipsec {

Verb doctor_verb();
Verb list_verb();
Verb check_verb();
Verb run_verb();
Verb show_verb();
Verb claims_verb();
Verb report_verb();
Verb diff_verb();
Verb merge_verb();
Verb rerun_verb();
Verb draw_verb();
Verb profile_verb();
Verb schema_verb();
Verb lab_verb();
/// Hidden: what `lab start` starts.
Verb lab_hold_verb();
/// Hidden: for benches and tests that need a kernel with ESP and AH.
Verb in_guest_verb();
/// Hidden: what the supervisor starts, on both grounds.
Verb worker_verb();

}  // namespace useipsec
