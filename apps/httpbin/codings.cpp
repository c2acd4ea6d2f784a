// The request, told back compressed, whatever the client says that it takes.

#include <string>
#include <string_view>

#include <indrik/core/buffer.hpp>
#include <indrik/http/compression.hpp>

#include "describe.hpp"
#include "handlers.hpp"

namespace httpbin {

namespace http = indrik::http;

namespace {

std::string compress(http::ContentCoding coding, std::string_view text) {
    indrik::Buffer out;
    http::Compressor compressor(coding);
    compressor.feed(text, out);
    compressor.finish(out);
    return std::string(out.view());
}

/// `mark`: the member of the answer that says what was done to it.
web::Response encoded(const web::Request& request,
                      http::ContentCoding coding,
                      std::string_view mark) {
    indrik::json::Object result;
    result[mark] = true;
    result["headers"] = describe_headers(request);
    result["method"] = request.method_name();
    result["origin"] = request.remote();
    const std::string text = indrik::json::serialize(result) + "\n";
    return web::Response()
        .body(compress(coding, text), "application/json")
        .header(http::Field::ContentEncoding, http::to_string(coding));
}

}  // namespace

web::Response gzip(web::Request& request) {
    return encoded(request, http::ContentCoding::Gzip, "gzipped");
}

web::Response deflate(web::Request& request) {
    return encoded(request, http::ContentCoding::Deflate, "deflated");
}

web::Response brotli(web::Request& request) {
    return encoded(request, http::ContentCoding::Brotli, "brotli");
}

web::Response zstd(web::Request& request) {
    return encoded(request, http::ContentCoding::Zstd, "zstd");
}

}  // namespace httpbin
