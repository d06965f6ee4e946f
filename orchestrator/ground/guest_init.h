#pragma once

namespace useipsec {

/// The kernel parameter, and hence the environment variable of the guest's init, that leads to the job file.
inline constexpr const char* guest_job_variable = "useipsec_job";
/// In the job's environment: the number of the open, raw descriptor of its byte stream with the host.
inline constexpr const char* guest_stream_variable = "USEIPSEC_STREAM_FD";
/// In the job's environment: the name of the guest it runs in. Absent on the host.
inline constexpr const char* guest_name_variable = "USEIPSEC_GUEST";

/// True where this process is the init of a guest that was started for a job. Ask it first in main().
bool is_guest_init();

/// The init of a guest: settles the file system, loads modules, runs the job, collects every orphan, writes the job's
/// status and switches the guest off. Does not return in practice.
int guest_init();

}  // namespace useipsec
