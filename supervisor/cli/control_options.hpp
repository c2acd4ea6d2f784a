#pragma once
// What `indrik ctl` and `indrik top` have in common: which instance, and how long to wait for it.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "supervisor/control/find_instance.hpp"

namespace indrik::supervisor {

struct ControlOptions {
    InstanceChoice instance;
    bool help = false;
    bool json = false;
    bool wait = false;
    bool once = false;
    std::optional<std::chrono::milliseconds> timeout;
    std::chrono::milliseconds interval{1000};
    std::vector<std::string> words;  // the command
};

/// Errors: ControlError with kUsage, for what `command` ("ctl" or "top") does not take.
ControlOptions parse_control_options(const std::string& command,
                                     const std::vector<std::string>& arguments);

}  // namespace indrik::supervisor
