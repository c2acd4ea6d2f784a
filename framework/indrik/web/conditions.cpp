#include "indrik/web/conditions.hpp"

#include <algorithm>
#include <stdexcept>

#include "indrik/core/strings.hpp"
#include "indrik/http/mime.hpp"
#include "indrik/http/quality.hpp"
#include "indrik/web/host_pattern.hpp"
#include "indrik/web/request.hpp"

namespace indrik::web {
namespace {

std::string check_media_type(std::string_view type) {
    std::string sample = to_lower(type);
    if (sample.ends_with("/*")) sample.back() = 'x';
    const auto parsed = http::parse_media_type(sample);
    if (!parsed || parsed->essence() != sample) {
        throw std::invalid_argument("'" + std::string(type) +
                                    "' is no media type, such as application/json or image/*");
    }
    return to_lower(type);
}

}  // namespace

Condition header_is(std::string_view name, std::string_view value) {
    return {std::string(name) + ": " + std::string(value),
            [name = std::string(name), value = std::string(value)](const Request& request) {
                const auto& values = request.headers().get_all(name);
                return std::find(values.begin(), values.end(), value) != values.end();
            }};
}

Condition has_header(std::string_view name) {
    return {"header " + std::string(name), [name = std::string(name)](const Request& request) {
                return request.headers().contains(name);
            }};
}

Condition query_is(std::string_view name, std::string_view value) {
    return {"query " + std::string(name) + "=" + std::string(value),
            [name = std::string(name), value = std::string(value)](const Request& request) {
                const auto values = request.query().get_all(name);
                return std::find(values.begin(), values.end(), value) != values.end();
            }};
}

Condition host_is(std::string_view host) {
    HostPattern pattern(host);
    std::string description = "host " + pattern.text();
    return {std::move(description), [pattern = std::move(pattern)](const Request& request) {
                return pattern.matches(request.host());
            }};
}

Condition scheme_is(std::string_view scheme) {
    return {"scheme " + to_lower(scheme), [scheme = to_lower(scheme)](const Request& request) {
                return request.scheme() == scheme;
            }};
}

Condition content_type_is(std::string_view type) {
    std::string wanted = check_media_type(type);
    Condition::Test test = [wanted](const Request& request) {
        const std::string_view sent = request.content_type();
        if (!wanted.ends_with("/*")) return sent == wanted;
        return sent.starts_with(std::string_view(wanted).substr(0, wanted.size() - 1));
    };
    std::string description = "type " + wanted;
    return {std::move(description),
            std::move(test),
            http::Status::UnsupportedMediaType,
            std::move(wanted)};
}

Condition accepts(std::string_view type) {
    std::string offered = check_media_type(type);
    Condition::Test test = [offered](const Request& request) {
        http::Preferences preferences(http::PreferenceKind::MediaType, "");
        for (const auto& line : request.headers().get_all(http::Field::Accept)) {
            preferences.add(line);
        }
        return preferences.quality(offered) > 0;
    };
    std::string description = "accepts " + offered;
    return {std::move(description), std::move(test), http::Status::NotAcceptable};
}

}  // namespace indrik::web
