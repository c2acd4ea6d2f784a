#pragma once
// What the operator wrote cannot be used. Each error ends the start with one line on stderr and an exit code.

#include <stdexcept>
#include <string>

#include "supervisor/arbiter/exit_codes.hpp"

namespace indrik::supervisor {

/// A setting or a resource named by one (an address, a file) that cannot be used. what() is one complete line that
/// names the setting, says what was wrong and what would be right.
class ConfigError : public std::runtime_error {
public:
    explicit ConfigError(const std::string& message, int exit_code = exit_codes::kConfiguration)
        : std::runtime_error(message), exit_code_(exit_code) {}

    int exit_code() const { return exit_code_; }

private:
    int exit_code_;
};

/// One value that its setting does not take; what() lacks the setting's name, which the caller knows.
class BadValue : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace indrik::supervisor
