#pragma once
// The page of all settings, supervisor/docs/settings.md, from the table. A test keeps page and table equal.

#include <string>

namespace indrik::supervisor {

std::string format_reference();

}  // namespace indrik::supervisor
