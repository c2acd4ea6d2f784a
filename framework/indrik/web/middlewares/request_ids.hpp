#pragma once
// A name for every request, which the client, the logs and the services behind can agree on.
//
//   app.add_middleware(web::request_ids());
//   ...
//   log.info("order {} placed, request {}", order, web::request_id(request));

#include <string>
#include <string_view>
#include <utility>

#include "indrik/web/handler.hpp"

namespace indrik::web {

class RequestIds {
public:
    /// The field of request and response. The default is X-Request-ID.
    RequestIds& header(std::string name) { return header_ = std::move(name), *this; }
    /// Whether an id that the client sends is taken over, as a proxy's should be; it is by default.
    RequestIds& accept(bool on) { return accept_ = on, *this; }

    const std::string& header() const { return header_; }
    bool accepts() const { return accept_; }

private:
    std::string header_ = "X-Request-ID";
    bool accept_ = true;
};

/// A middleware that takes the id of the request's field if it is sane (1 to 128 letters, digits and "-._:/+=@"), and makes one
/// of 32 hexadecimal digits otherwise. It is in the field of every response, and in the log of what goes wrong.
/// Errors: std::invalid_argument if the name is no field's.
Middleware request_ids(RequestIds options = {});

/// The request's id; "" without the middleware. Lifetime: the request's.
std::string_view request_id(const Request& request);

}  // namespace indrik::web
