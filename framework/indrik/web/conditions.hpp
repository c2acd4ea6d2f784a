#pragma once
// What a route asks of a request besides its method and path.
//
//   web::get("/x", newer).when(web::header_is("X-Version", "2")),
//   web::get("/x", older),
//   web::post("/x", upload).content_type("image/*"),
//   web::get("/", api).host("api.example.com"),
//   web::get("/beta", beta).when([](const web::Request& request) { return request.cookies().get("beta").has_value(); }),
//
// A route whose condition fails leaves the request to the next route. If none takes it, the answer is 404; it is 415 if only the
// content type was wrong, and 406 if only the client's Accept was.

#include <concepts>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "indrik/http/status.hpp"

namespace indrik::web {

class Request;

/// A question to a request, asked before its handler is chosen. Value type. What the question throws ends the request as if the
/// handler had thrown it, but before any middleware.
class Condition {
public:
    using Test = std::function<bool(const Request&)>;

    /// Any function. Lifetime: kept as long as its route.
    template <class Function>
    requires(!std::same_as<std::remove_cvref_t<Function>, Condition> &&
             std::predicate<Function&, const Request&>)
        // NOLINTNEXTLINE(google-explicit-constructor): any question is a condition
        Condition(Function test)
        : test_(std::move(test)) {}
    /// `description` says what is asked, for messages and `indrik routes`. `refusal` is the answer if nothing but this condition
    /// keeps a request from its route: NotFound, UnsupportedMediaType or NotAcceptable.
    Condition(std::string description,
              Test test,
              http::Status refusal = http::Status::NotFound,
              std::string wanted = {})
        : description_(std::move(description)),
          wanted_(std::move(wanted)),
          test_(std::move(test)),
          refusal_(refusal) {}

    bool holds(const Request& request) const { return test_(request); }
    /// "" for a function without one.
    const std::string& description() const { return description_; }
    http::Status refusal() const { return refusal_; }
    /// The media type of one that refuses with 415.
    const std::string& wanted() const { return wanted_; }

private:
    std::string description_;
    std::string wanted_;
    Test test_;
    http::Status refusal_ = http::Status::NotFound;
};

/// A field with exactly this value, in one of its lines.
Condition header_is(std::string_view name, std::string_view value);
/// A field, whatever its value.
Condition has_header(std::string_view name);
/// A parameter of the query with exactly this value.
Condition query_is(std::string_view name, std::string_view value);
/// The host that the client named; see HostPattern. Errors: std::invalid_argument for what is no host.
Condition host_is(std::string_view host);
/// "http" or "https".
Condition scheme_is(std::string_view scheme);
/// The media type of the body, without its parameters: "application/json", "image/*". Errors: std::invalid_argument for what is
/// no media type.
Condition content_type_is(std::string_view type);
/// The client takes answers of this media type.
Condition accepts(std::string_view type);

}  // namespace indrik::web
