#include "indrik/web/middlewares/cache_control.hpp"

#include <stdexcept>

namespace indrik::web {

CacheControl& CacheControl::add(std::string_view directive) {
    if (!text_.empty()) text_ += ", ";
    text_ += directive;
    return *this;
}

CacheControl& CacheControl::add(std::string_view directive, std::chrono::seconds age) {
    if (age.count() < 0) throw std::invalid_argument("an age cannot be negative");
    add(directive);
    text_.append("=").append(std::to_string(age.count()));
    return *this;
}

Middleware cache_control(CacheControl rule) {
    if (rule.text().empty()) throw std::invalid_argument("cache_control: the rule is empty");
    return [value = rule.text()](Request& request, Next next) {
        request.on_response_prepare([&value](Request&, Response& response) {
            if (http::is_error(response.status())) return;
            if (response.headers().contains(http::Field::CacheControl)) return;
            response.header(http::Field::CacheControl, value);
        });
        return next(request);
    };
}

}  // namespace indrik::web
