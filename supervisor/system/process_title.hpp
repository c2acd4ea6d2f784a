#pragma once
// What `ps` and `top` show of a process.

#include <string_view>

namespace indrik::supervisor {

inline constexpr const char* kMasterTitle = "indrik: master";

/// Remembers where the arguments lie; without it only the short name is set.
void remember_arguments(int argc, char** argv);

/// Sets the short name (15 bytes) and writes over the arguments, as far as they reach: "indrik: master", and
/// "indrik: master [name]" if there is a name.
void set_process_title(std::string_view role, std::string_view name = {});

}  // namespace indrik::supervisor
