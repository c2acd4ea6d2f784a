#include "random.hpp"

#include <cstdint>

#include <indrik/web/application.hpp>

#include "parameters.hpp"

namespace httpbin {

std::mt19937_64 generator_for(const web::Request& request) {
    if (!parameter(request, "seed")) return std::mt19937_64(request.app().get(kRandom)());
    const std::int64_t seed = number_parameter(request, "seed", 0);
    return std::mt19937_64(static_cast<std::uint64_t>(seed));
}

std::string next_bytes(std::mt19937_64& generator, std::size_t size) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(generator() >> 56);
    return bytes;
}

}  // namespace httpbin
