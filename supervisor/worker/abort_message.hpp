#pragma once
// The last words of a worker that is aborted: by the master, because its loop is silent, or by itself.

namespace indrik::supervisor {

/// From now on SIGABRT writes a line to `log_fd` before it kills the process as it always does. Call again when the
/// descriptor has changed.
void report_aborts(int log_fd);

}  // namespace indrik::supervisor
