#include "indrik/web/match_info.hpp"

#include <stdexcept>

#include "indrik/http/url.hpp"
#include "indrik/web/exceptions.hpp"

namespace indrik::web {

void MatchInfo::add(std::string_view name, std::string_view encoded_value) {
    if (encoded_value.find('%') != std::string_view::npos) {
        if (auto decoded = http::percent_decode(encoded_value)) {
            encoded_value = decoded_.emplace_front(std::move(*decoded));
        }
    }
    variables_.push_back({name, encoded_value});
}

std::string_view MatchInfo::known(std::string_view name) const {
    const std::string_view value = find(name);
    if (value.data() == nullptr) {
        throw std::out_of_range("the route has no variable '" + std::string(name) + "'");
    }
    return value;
}

void MatchInfo::refuse() {
    throw HTTPNotFound();
}

}  // namespace indrik::web
