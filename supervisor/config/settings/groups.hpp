#pragma once
// The parts of the table of settings, a file for each subject, and what its lines are written with.

#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "supervisor/config/errors.hpp"
#include "supervisor/config/settings.hpp"
#include "supervisor/config/values.hpp"

namespace indrik::supervisor {

std::vector<Setting> sockets_settings();
std::vector<Setting> workers_settings();
std::vector<Setting> limits_settings();
std::vector<Setting> tls_settings();
std::vector<Setting> logs_settings();
std::vector<Setting> server_settings();
std::vector<Setting> control_settings();
std::vector<Setting> reload_settings();

using Values = std::span<const std::string>;

/// Assigns the last value given, parsed, to its member.
template <auto Member, auto Parse>
void single(Settings& settings, Values values) {
    using Type = std::remove_reference_t<decltype(settings.*Member)>;
    settings.*Member = static_cast<Type>(Parse(values.back()));
}

/// Assigns every value; an empty one, which is the default, is none.
template <auto Member>
void several(Settings& settings, Values values) {
    auto& member = settings.*Member;
    member.assign(values.begin(), values.end());
    std::erase(member, "");
}

inline std::string text(std::string_view value) {
    return std::string(value);
}

}  // namespace indrik::supervisor
