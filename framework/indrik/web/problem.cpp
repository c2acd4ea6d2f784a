#include "indrik/web/problem.hpp"

#include <stdexcept>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace indrik::web {
namespace {

void add_member(std::string& text, std::string_view name, std::string_view json) {
    text += text.empty() ? '{' : ',';
    text += boost::json::serialize(boost::json::string(name));
    text += ':';
    text += json;
}

void add_text(std::string& text, std::string_view name, std::string_view value) {
    if (!value.empty()) add_member(text, name, boost::json::serialize(boost::json::string(value)));
}

}  // namespace

Problem::Problem(int status)
    : status_(status), title_(http::reason_phrase(static_cast<http::Status>(status))) {
    if (status < 400 || status > 599) {
        throw std::invalid_argument("a problem's status must be 400 to 599, not " +
                                    std::to_string(status));
    }
}

Problem& Problem::with(std::string_view name, const boost::json::value& value) {
    for (const std::string_view taken : {"type", "title", "status", "detail", "instance"}) {
        if (name == taken) {
            throw std::invalid_argument("problem: '" + std::string(name) + "' has a setter");
        }
    }
    members_.emplace_back(name, boost::json::serialize(value));
    return *this;
}

std::string Problem::text() const {
    std::string text;
    add_text(text, "type", type_);
    add_text(text, "title", title_);
    add_member(text, "status", std::to_string(status_));
    add_text(text, "detail", detail_);
    add_text(text, "instance", instance_);
    for (const auto& [name, json] : members_) add_member(text, name, json);
    return text += '}';
}

Response Problem::response() const {
    return Response(status_).json_text(text()).content_type("application/problem+json");
}

Response problem(int status, std::string detail) {
    return Problem(status).detail(std::move(detail));
}

}  // namespace indrik::web
