#pragma once
// How `indrik` and its workers end: gunicorn's codes, plus 2 for a command line that cannot be read.

namespace indrik::supervisor::exit_codes {

inline constexpr int kSuccess = 0;
inline constexpr int kConfiguration = 1;  // bad value, address in use, pid file of a living process
inline constexpr int kUsage = 2;          // unknown option, missing argument
inline constexpr int kWorkerBoot = 3;     // the application was loaded but its start-up failed
inline constexpr int kApplicationLoad =
    4;  // no module, no Indrik module, another version, no such factory, it threw
inline constexpr int kUnexpected = 255;  // an error that nobody foresaw

}  // namespace indrik::supervisor::exit_codes
