#pragma once
// Numbers that clients write into paths and queries. What makes no sense is an HTTPBadRequest that names the parameter.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include <indrik/web/request.hpp>

namespace httpbin {

namespace web = indrik::web;

using Seconds = std::chrono::duration<double>;

/// The first parameter of the query with that name, whatever its case.
std::optional<std::string_view> parameter(const web::Request& request, std::string_view name);

/// The same as a whole number. One that is too large for the type is the largest, or smallest, of it.
std::int64_t number_parameter(const web::Request& request,
                              std::string_view name,
                              std::int64_t otherwise);

/// The same as a time of at most `longest`.
Seconds seconds_parameter(const web::Request& request,
                          std::string_view name,
                          Seconds otherwise,
                          Seconds longest);

/// A variable of the path that is written in digits (its pattern says so), and at most `largest`.
std::uint64_t path_number(const web::Request& request,
                          std::string_view name,
                          std::uint64_t largest);

/// A time of at most `longest`. `name` is what an error calls it.
Seconds parse_seconds(std::string_view text, std::string_view name, Seconds longest);

/// For timers.
std::chrono::steady_clock::duration to_clock(Seconds time);

}  // namespace httpbin
