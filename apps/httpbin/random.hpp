#pragma once
// Chance: that of the worker, and that which a client asks for with ?seed=.

#include <cstddef>
#include <random>
#include <string>

#include <indrik/web/app_key.hpp>
#include <indrik/web/request.hpp>

namespace httpbin {

namespace web = indrik::web;

inline constexpr std::size_t kMaxBytes = 100 * 1024;

/// The worker's source of chance.
inline const web::AppKey<std::mt19937_64> kRandom{"random"};

/// A generator of its own for one answer. Errors: HTTPBadRequest if the parameter "seed" is no whole number.
std::mt19937_64 generator_for(const web::Request& request);

/// The next bytes of a generator: however they are cut, a seed gives the same ones.
std::string next_bytes(std::mt19937_64& generator, std::size_t size);

}  // namespace httpbin
