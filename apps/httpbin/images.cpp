// One picture in four formats, and the choice between them.

#include <optional>
#include <string>
#include <string_view>

#include <indrik/core/strings.hpp>
#include <indrik/http/quality.hpp>

#include "handlers.hpp"
#include "pages.hpp"

namespace httpbin {

namespace http = indrik::http;

namespace {

struct Format {
    std::string_view type;
    Task<web::Response> (*send)(web::Request&);
};

constexpr Format kFormats[] = {{"image/webp", image_webp},
                               {"image/svg+xml", image_svg},
                               {"image/jpeg", image_jpeg},
                               {"image/png", image_png}};

bool is_named(const http::Preferences& accept, std::string_view type) {
    for (const auto& element : accept)
        if (indrik::iequals(element.value, type)) return true;
    return false;
}

/// The format that the client likes best of those that it names, otherwise PNG if it takes that at all.
const Format* choose(const http::Preferences& accept) {
    const Format* best = nullptr;
    unsigned best_quality = 0;
    for (const Format& format : kFormats) {
        const unsigned quality = is_named(accept, format.type) ? accept.quality(format.type) : 0;
        if (quality > best_quality) {
            best = &format;
            best_quality = quality;
        }
    }
    if (best == nullptr && accept.quality("image/png") > 0) best = &kFormats[3];
    return best;
}

Task<web::Response> send_image(web::Request& request, std::string name) {
    return web::send_file(request, request.app().get(kShare) / "images" / name);
}

Task<web::Response> refuse(web::Request&) {
    co_return only_images();
}

}  // namespace

web::Response only_images() {
    return web::Response(406).json_text(
        R"({"message": "Client did not request a supported media type.", )"
        R"("accept": ["image/webp", "image/svg+xml", "image/jpeg", "image/png", "image/*"]})");
}

Task<web::Response> image(web::Request& request) {
    const http::Preferences accept(http::PreferenceKind::MediaType, request.header("Accept"));
    const Format* const format = choose(accept);
    return format == nullptr ? refuse(request) : format->send(request);
}

Task<web::Response> image_png(web::Request& request) {
    return send_image(request, "indrik.png");
}

Task<web::Response> image_jpeg(web::Request& request) {
    return send_image(request, "indrik.jpeg");
}

Task<web::Response> image_svg(web::Request& request) {
    return send_image(request, "indrik.svg");
}

Task<web::Response> image_webp(web::Request& request) {
    return send_image(request, "indrik.webp");
}

}  // namespace httpbin
