#pragma once
// Requests that do not count for --max-requests: those to the paths of --max-requests-exclude.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "indrik/web/application.hpp"

namespace indrik::supervisor {

/// How many requests to these paths the application has had. With no paths the application is left alone.
std::shared_ptr<const std::uint64_t> count_requests_to(const std::vector<std::string>& paths,
                                                       web::Application& application);

}  // namespace indrik::supervisor
