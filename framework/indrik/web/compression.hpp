#pragma once
// Compressed responses.
//
//   app.add_middleware(web::compression());
//
// The coding is the one that the client likes best (Accept-Encoding with its weights). Streamed responses are compressed
// where they are made: StreamResponse::enable_compression.

#include <cstddef>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "indrik/http/compression.hpp"
#include "indrik/web/handler.hpp"

namespace indrik::web {

struct CompressionOptions {
    /// Those that are offered; of those that the client likes equally, the first is taken.
    std::vector<http::ContentCoding> codings{std::begin(http::kOfferedCodings),
                                             std::end(http::kOfferedCodings)};
    std::size_t min_bytes = http::kMinCompressedBytes;
    /// Larger bodies are left as they are, for they would hold up the loop: some 10 ms for the default.
    std::size_t max_bytes = 4 * 1024 * 1024;
    /// Media types without parameters; empty for all that http::is_compressible knows.
    std::vector<std::string> content_types;
    /// Of every coding; http::default_level if there is none.
    std::optional<int> level;
};

/// A middleware that compresses the bodies of responses and says so: Content-Encoding, Vary, and a strong ETag becomes a weak one.
/// Left as they are: answers to HEAD, 204, 206 and 304, what has a Content-Encoding or Content-Digest already, what
/// `Cache-Control: no-transform` protects, what does not get smaller, and what a handler throws.
/// Errors: std::invalid_argument for a level that one of the codings does not have.
Middleware compression(CompressionOptions options = {});

/// Whether a response may be compressed at all, whatever its type and size.
bool may_be_compressed(http::Status status, const http::Headers& fields);
/// What the client likes best of `offers`; Identity if it wants none.
http::ContentCoding choose_coding(const Request& request,
                                  std::span<const http::ContentCoding> offers);
/// Adds Accept-Encoding to the Vary field.
void vary_by_coding(http::Headers& fields);
/// Makes the fields those of a compressed response.
void mark_compressed(http::Headers& fields, http::ContentCoding coding);

}  // namespace indrik::web
