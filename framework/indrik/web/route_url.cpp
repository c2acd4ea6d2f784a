#include "indrik/web/route_url.hpp"

#include <stdexcept>

#include "indrik/http/url.hpp"

namespace indrik::web {

RouteURL RouteURL::with_parameters(std::span<const RoutePart> parameters) const {
    if (text_.find('#') != std::string::npos) {
        throw std::logic_error("'" + text_ + "': the query comes before the fragment");
    }
    std::string text = text_;
    char separator = text.find('?') == std::string::npos ? '?' : '&';
    for (const auto& [name, value] : parameters) {
        text += separator;
        text += http::percent_encode(name, http::URLComponent::Query);
        text += '=';
        text += http::percent_encode(value, http::URLComponent::Query);
        separator = '&';
    }
    return RouteURL(std::move(text));
}

RouteURL RouteURL::with_fragment(std::string_view text) const {
    return RouteURL(text_.substr(0, text_.find('#')) + '#' +
                    http::percent_encode(text, http::URLComponent::Path));
}

}  // namespace indrik::web
