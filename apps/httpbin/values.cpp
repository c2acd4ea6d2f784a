// Answers whose body is made to order.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include <indrik/core/crypto.hpp>
#include <indrik/core/encoding.hpp>

#include "describe.hpp"
#include "handlers.hpp"
#include "parameters.hpp"
#include "random.hpp"
#include "text.hpp"

namespace httpbin {

namespace {

constexpr std::uint64_t kMaxLinks = 200;

/// Base64 in the alphabet for URLs or the common one (RFC 4648 sections 4 and 5), with or without padding.
std::string decode_base64(std::string_view value) {
    std::string text(value);
    std::replace(text.begin(), text.end(), '-', '+');
    std::replace(text.begin(), text.end(), '_', '/');
    while (text.size() % 4 != 0 && text.size() < value.size() + 2) text += '=';
    auto decoded = indrik::base64_decode(text);
    if (!decoded || !is_utf8(*decoded))
        throw web::HTTPBadRequest("no Base64 of UTF-8; try SW5kcmlr");
    return std::move(*decoded);
}

/// A random UUID (RFC 9562 section 5.4).
std::string make_uuid() {
    std::string bytes = indrik::random_bytes(16);
    bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);  // the version
    bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);  // the variant
    std::string text = indrik::hex_encode(bytes);
    for (const std::size_t at : {8U, 13U, 18U, 23U}) text.insert(at, 1, '-');
    return text;
}

}  // namespace

web::Response bytes(web::Request& request) {
    auto generator = generator_for(request);
    return web::Response().body(next_bytes(generator, path_number(request, "n", kMaxBytes)));
}

web::Response uuid(web::Request&) {
    indrik::json::Object result;
    result["uuid"] = make_uuid();
    return json_answer(result);
}

/// As plain text that browsers take for nothing else: what it says is the client's.
web::Response base64(web::Request& request) {
    return web::Response()
        .text(decode_base64(request.match_info("value")))
        .header("X-Content-Type-Options", "nosniff");
}

web::Response first_links(web::Request& request) {
    const auto count = path_number(request, "n", kMaxLinks);
    return web::redirect(request.url_for("links", "n", count, "offset", 0));
}

web::Response links(web::Request& request) {
    const auto count = std::max<std::uint64_t>(1, path_number(request, "n", kMaxLinks));
    const auto offset = path_number(request, "offset", kMaxLinks);
    std::string page = "<html><head><title>Links</title></head><body>";
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::string number = std::to_string(i);
        if (i == offset) {
            page += number + ' ';
        } else {
            const auto url = request.url_for("links", "n", count, "offset", i);
            page += "<a href='" + url + "'>" + number + "</a> ";
        }
    }
    return web::Response().html(page + "</body></html>");
}

}  // namespace httpbin
