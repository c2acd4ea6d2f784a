#include "supervisor/worker/web_worker_uncounted.hpp"

#include <algorithm>

#include "indrik/web/handler.hpp"

namespace indrik::supervisor {

std::shared_ptr<const std::uint64_t> count_requests_to(const std::vector<std::string>& paths,
                                                       web::Application& application) {
    auto count = std::make_shared<std::uint64_t>(0);
    if (paths.empty()) return count;
    // The application keeps the closure.
    application.add_middleware(
        [paths, count](web::Request& request, web::Next next) -> Task<web::Response> {
            if (std::ranges::find(paths, request.path()) != paths.end()) ++*count;
            return next(request);
        });
    return count;
}

}  // namespace indrik::supervisor
