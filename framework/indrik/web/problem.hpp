#pragma once
// Problem documents (RFC 9457): errors that programs can read.
//
//   co_return web::problem(409, "the order has been shipped");
//   throw web::HTTPProblem(web::Problem(422).type("https://api.example/out-of-credit").with("balance", 30));

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/fwd.hpp>

#include "indrik/web/exceptions.hpp"
#include "indrik/web/response.hpp"

namespace indrik::web {

/// Value type; every setter returns the object. Members that were not set are left out, but for `status` and `title`.
class Problem {
public:
    /// Errors: std::invalid_argument outside 400 to 599.
    explicit Problem(int status);
    /// A URI for this kind of problem.
    Problem& type(std::string uri) { return type_ = std::move(uri), *this; }
    /// Short, the same for all problems of the kind. The status's reason phrase by default.
    Problem& title(std::string text) { return title_ = std::move(text), *this; }
    /// What went wrong this time.
    Problem& detail(std::string text) { return detail_ = std::move(text), *this; }
    /// A URI for this occurrence.
    Problem& instance(std::string uri) { return instance_ = std::move(uri), *this; }
    /// A further member. Errors: std::invalid_argument for the name of one of those above.
    Problem& with(std::string_view name, const boost::json::value& value);

    int status() const { return status_; }
    /// As JSON.
    std::string text() const;
    Response response() const;
    // NOLINTNEXTLINE(google-explicit-constructor): it is a response
    operator Response() const { return response(); }

private:
    int status_;
    std::string type_;
    std::string title_;
    std::string detail_;
    std::string instance_;
    std::vector<std::pair<std::string, std::string>> members_;  // name and JSON
};

/// A response with status, title and detail.
Response problem(int status, std::string detail = {});

/// The same as an exception.
class HTTPProblem : public HTTPError {
public:
    explicit HTTPProblem(const Problem& problem) : HTTPError(http::Status(problem.status())) {
        response() = problem.response();
    }
};

}  // namespace indrik::web
