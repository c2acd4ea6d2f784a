#pragma once
// Which of the instances on this machine a command means.

#include <string>

namespace indrik::supervisor {

/// What the operator said of it; all empty: the only one there is.
struct InstanceChoice {
    std::string socket;  // a path
    std::string pid;     // a number, or a pid file
    std::string name;
};

/// The path of its control socket. Errors: ControlError, which lists the instances if there are several.
std::string find_instance(const InstanceChoice& choice);

}  // namespace indrik::supervisor
