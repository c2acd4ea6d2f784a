#pragma once
// gunicorn's settings that Indrik does not need, and what to do instead: who comes from there is told, and not only refused.

#include <string_view>

namespace indrik::supervisor {

/// What takes the place of a setting, in words that end a message; `name` as an option ("--worker-class", "-k") or in a
/// configuration file ("worker_class"). Empty: it was never a setting of gunicorn's.
std::string_view advice_for(std::string_view name);

}  // namespace indrik::supervisor
