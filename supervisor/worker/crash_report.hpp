#pragma once
// The last words of a worker that is aborted (by the master, because its loop is silent, or by itself) or that crashes: one
// block in the error log with the signal, the requests in flight and the stack of the thread that the signal found.
//
// All of it happens in the signal handler, so nothing here allocates or waits for a lock: the interrupted code may hold
// malloc's. A report that crashes itself goes on with its next part; one that takes longer than kReportTime is cut short.

#include <chrono>
#include <cstddef>

#include <sys/types.h>

#include "indrik/core/safe_text.hpp"

namespace indrik::supervisor {

class ErrorLog;

/// What else a report asks for. Called in the handler: the functions must do without memory and locks. They may crash.
struct CrashSources {
    void* data = nullptr;
    void (*describe_requests)(void* data, SafeText& text) = nullptr;
    void (*rescue_logs)(void* data) = nullptr;  // writes what has been gathered but not written
};

inline constexpr std::chrono::seconds kReportTime{3};

/// From now on SIGABRT, SIGSEGV, SIGBUS, SIGFPE and SIGILL are reported before they do what they do by default. Handlers that
/// somebody else has installed for the latter four (sanitizers, virtual machines) stay.
void install_crash_reports(const ErrorLog& log, pid_t master);

/// Call again when the log's descriptor has changed.
void set_crash_log(const ErrorLog& log);

/// Is called by the handler of SIGABRT, after the report; null: nothing is.
void set_abort_hook(void (*hook)());

/// Lifetime: what `sources` points to outlives the process's loop; pass {} before it goes.
void set_crash_sources(const CrashSources& sources);

}  // namespace indrik::supervisor
