#include "indrik/web/middlewares/limits.hpp"

#include <stdexcept>

#include "indrik/core/timeout.hpp"
#include "indrik/web/exceptions.hpp"

namespace indrik::web {

Middleware request_timeout(std::chrono::milliseconds duration) {
    if (duration.count() <= 0) {
        throw std::invalid_argument("request_timeout: the duration must be positive");
    }
    return
        [duration](Request& request, Next next) { return with_timeout(duration, next(request)); };
}

Middleware body_limit(std::uint64_t bytes) {
    return [bytes](Request& request, Next next) {
        request.set_body_limit(bytes);
        if (request.content_length().value_or(0) > bytes) throw HTTPRequestEntityTooLarge(bytes);
        return next(request);
    };
}

}  // namespace indrik::web
