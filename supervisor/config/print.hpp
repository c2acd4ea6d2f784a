#pragma once
// The settings that are in force, as a configuration file: what --print-config shows.

#include <string>

#include "supervisor/config/settings.hpp"

namespace indrik::supervisor {

/// Every setting with its value, beneath a comment that says where it came from. Reads back as the same settings.
std::string print_settings(const Settings& settings);

}  // namespace indrik::supervisor
