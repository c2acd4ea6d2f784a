#include "indrik/web/match_info.hpp"

#include "indrik/http/url.hpp"

namespace indrik::web {

void MatchInfo::add(std::string_view name, std::string_view encoded_value) {
    if (encoded_value.find('%') != std::string_view::npos) {
        if (auto decoded = http::percent_decode(encoded_value)) {
            encoded_value = decoded_.emplace_front(std::move(*decoded));
        }
    }
    variables_.push_back({name, encoded_value});
}

}  // namespace indrik::web
