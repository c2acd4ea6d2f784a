#pragma once
// The request as templates see it.

#include <memory>

#include "indrik/templates/object.hpp"

namespace indrik::web {
class Request;
}

namespace indrik::templates::detail {

/// The request for which a template is being rendered; nullptr in between.
struct CurrentRequest {
    web::Request* request = nullptr;
};

/// `request` in templates: method, path, query, headers, cookies, match_info and their like.
Value request_object(std::shared_ptr<const CurrentRequest> current);

}  // namespace indrik::templates::detail
