#pragma once
// The last words of a worker that is aborted: by the master, because its loop is silent, or by itself.

namespace indrik::supervisor {

/// From now on SIGABRT writes a line to `log_fd` before it kills the process as it always does. Call again when the
/// descriptor has changed.
void report_aborts(int log_fd);

/// Is called by the handler, after the line; null: nothing is.
void set_abort_hook(void (*hook)());

}  // namespace indrik::supervisor
