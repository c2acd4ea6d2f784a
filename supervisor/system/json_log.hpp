#pragma once
// The error log as JSON: one object a line, for programs that collect logs.

#include "indrik/core/logging.hpp"

namespace indrik::supervisor {

/// {"time":"2026-11-25T10:00:00.000Z","level":"info","logger":"indrik.arbiter","pid":4711,"message":"..."}
class JSONLogFormatter final : public LogFormatter {
public:
    void append_line(std::string& line,
                     LogLevel level,
                     std::string_view name,
                     std::string_view text) override;
};

}  // namespace indrik::supervisor
