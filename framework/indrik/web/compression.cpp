#include "indrik/web/compression.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "indrik/http/mime.hpp"
#include "indrik/http/tokens.hpp"
#include "indrik/web/vary.hpp"

namespace indrik::web {
namespace {

bool any_contains(const http::Headers& fields, http::Field field, std::string_view token) {
    if (!fields.contains(field)) return false;
    const auto values = fields.get_all(field);
    return std::any_of(values.begin(), values.end(), [token](std::string_view value) {
        return http::list_contains(value, token);
    });
}

http::Compressor make_compressor(http::ContentCoding coding, std::optional<int> level) {
    return level ? http::Compressor(coding, *level) : http::Compressor(coding);
}

/// Compresses one body after another. A loop compresses one at a time, so one compressor for each coding is enough.
class ResponseCompressor {
public:
    explicit ResponseCompressor(CompressionOptions options) : options_(std::move(options)) {
        std::erase(options_.codings, http::ContentCoding::Identity);
        for (const http::ContentCoding coding : options_.codings) {
            make_compressor(coding, options_.level);
        }
    }

    void compress(const Request& request, Response& response) {
        if (!is_candidate(response)) return;
        vary_by_coding(response.headers());
        if (request.method() == http::Method::Head) return;
        const http::ContentCoding coding = choose_coding(request, options_.codings);
        if (coding == http::ContentCoding::Identity) return;
        std::string compressed = compressed_body(coding, response.body());
        if (compressed.size() >= response.body().size()) return;
        response.body(std::move(compressed));
        mark_compressed(response.headers(), coding);
    }

private:
    bool is_candidate(const Response& response) const {
        const std::size_t size = response.body().size();
        if (response.is_streamed() || size < options_.min_bytes || size > options_.max_bytes) {
            return false;
        }
        return is_wanted_type(response.headers().get(http::Field::ContentType).value_or("")) &&
               may_be_compressed(response.status(), response.headers());
    }

    bool is_wanted_type(std::string_view content_type) const {
        const auto& types = options_.content_types;
        if (types.empty()) return http::is_compressible(content_type);
        return std::any_of(types.begin(), types.end(), [content_type](const std::string& type) {
            return http::is_media_type(content_type, type);
        });
    }

    std::string compressed_body(http::ContentCoding coding, std::string_view body) {
        auto& slot = compressors_[static_cast<std::size_t>(coding)];
        if (!slot) {
            slot.emplace(make_compressor(coding, options_.level));
        } else {
            slot->reset();
        }
        output_.clear();
        slot->feed(body, output_);
        slot->finish(output_);
        return std::string(output_.view());
    }

    CompressionOptions options_;
    std::array<std::optional<http::Compressor>, 5> compressors_;  // by ContentCoding
    Buffer output_;
};

/// The middleware; the application keeps it, so its coroutines may use what it holds.
class CompressionMiddleware {
public:
    explicit CompressionMiddleware(CompressionOptions options)
        : compressor_(std::make_shared<ResponseCompressor>(std::move(options))) {}

    Task<Response> operator()(Request& request, Next next) const {
        return run(compressor_, request, next);
    }

private:
    static Task<Response> run(std::shared_ptr<ResponseCompressor> compressor,
                              Request& request,
                              Next next) {
        Response response = co_await next(request);
        compressor->compress(request, response);
        co_return std::move(response);
    }

    std::shared_ptr<ResponseCompressor> compressor_;
};

}  // namespace

Middleware compression(CompressionOptions options) {
    return CompressionMiddleware(std::move(options));
}

bool may_be_compressed(http::Status status, const http::Headers& fields) {
    return http::may_have_body(status) && status != http::Status::PartialContent &&
           !fields.contains(http::Field::ContentEncoding) &&
           !fields.contains(http::Field::ContentRange) &&
           !fields.contains(http::Field::ContentDigest) &&
           !any_contains(fields, http::Field::CacheControl, "no-transform");
}

http::ContentCoding choose_coding(const Request& request,
                                  std::span<const http::ContentCoding> offers) {
    const auto lines = request.headers().get_all(http::Field::AcceptEncoding);
    if (lines.empty()) return http::ContentCoding::Identity;
    std::string accepted(lines.front());
    for (std::size_t i = 1; i < lines.size(); ++i) accepted.append(", ").append(lines[i]);
    return http::choose_coding(accepted, offers).value_or(http::ContentCoding::Identity);
}

void vary_by_coding(http::Headers& fields) {
    vary_by(fields, "Accept-Encoding");
}

void mark_compressed(http::Headers& fields, http::ContentCoding coding) {
    fields.set(http::Field::ContentEncoding, http::to_string(coding));
    fields.erase(http::Field::ContentLength);
    fields.erase(http::Field::AcceptRanges);  // ranges would be those of other bytes
    const auto etag = fields.get(http::Field::ETag);
    if (etag && !etag->empty() && etag->front() == '"') {
        const std::string weak = "W/" + std::string(*etag);
        fields.set(http::Field::ETag, weak);
    }
}

}  // namespace indrik::web
