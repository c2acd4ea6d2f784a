// Uploads of any size: every file is read as it comes, and nothing of it is kept but its size and digests.

#include <string>
#include <utility>

#include <indrik/core/crypto.hpp>
#include <indrik/core/encoding.hpp>
#include <indrik/http/quality.hpp>
#include <indrik/templates/json_values.hpp>

#include "describe.hpp"
#include "handlers.hpp"
#include "pages.hpp"
#include "text.hpp"

namespace httpbin {

namespace http = indrik::http;

namespace {

constexpr std::uint64_t kMaxUploadBytes = std::uint64_t{4} << 30;
constexpr std::size_t kMaxTextBytes = 64 * 1024;

http::MultipartLimits limits() {
    http::MultipartLimits limits;
    limits.total_bytes = kMaxUploadBytes;
    return limits;
}

Task<indrik::json::Object> receive_file(web::BodyPart part) {
    indrik::json::Object report;
    report["name"] = as_text(part.name());
    report["filename"] = as_text(part.filename().value_or(""));
    report["content_type"] = as_text(part.content_type());
    indrik::Digest sha256(indrik::DigestAlgorithm::SHA256);
    indrik::Digest md5(indrik::DigestAlgorithm::MD5);
    std::uint64_t size = 0;
    for (auto piece = co_await part.read_chunk(); !piece.empty();
         piece = co_await part.read_chunk()) {
        sha256.update(piece);
        md5.update(piece);
        size += piece.size();
    }
    report["size"] = size;
    report["sha256"] = indrik::hex_encode(sha256.finish());
    report["md5"] = indrik::hex_encode(md5.finish());
    co_return report;
}

Task<indrik::json::Object> receive_text(web::BodyPart part) {
    indrik::json::Object report;
    report["name"] = as_text(part.name());
    const std::string text = co_await part.text(kMaxTextBytes);
    report["text"] = as_text(text);
    co_return report;
}

/// Browsers say that they like HTML better.
bool wants_page(const web::Request& request) {
    const http::Preferences accept(http::PreferenceKind::MediaType, request.header("Accept"));
    return accept.quality("text/html") > accept.quality("application/json");
}

}  // namespace

web::Response upload_page(web::Request& request) {
    return render(request, "upload.html");
}

Task<web::Response> upload(web::Request& request) {
    indrik::json::Array files;
    indrik::json::Array fields;
    web::MultipartReader reader = request.multipart(limits());
    while (auto part = co_await reader.next()) {
        if (part.filename()) {
            auto file = co_await receive_file(part);
            files.emplace_back(std::move(file));
        } else {
            auto field = co_await receive_text(part);
            fields.emplace_back(std::move(field));
        }
    }
    indrik::json::Object report;
    report["files"] = std::move(files);
    report["fields"] = std::move(fields);
    if (wants_page(request))
        co_return render(request, "upload.html", indrik::templates::to_dict(report));
    co_return json_answer(report);
}

}  // namespace httpbin
