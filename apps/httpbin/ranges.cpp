// A body of letters that never changes, whole or in part, as fast or as slow as the client likes.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <indrik/http/conditional.hpp>
#include <indrik/http/range.hpp>

#include "handlers.hpp"
#include "parameters.hpp"
#include "random.hpp"

namespace httpbin {

namespace http = indrik::http;

namespace {

constexpr Seconds kMaxDuration{60};
constexpr std::int64_t kChunkBytes = 10 * 1024;
/// Of a field that asks for several ranges, nothing is kept: the whole is sent, as the standard allows.
constexpr std::size_t kOneRange = 1;

/// The letters from a position on: the alphabet, over and over.
std::string letters(std::uint64_t first, std::uint64_t size) {
    std::string text(static_cast<std::size_t>(size), '\0');
    for (char& letter : text) letter = static_cast<char>('a' + first++ % 26);
    return text;
}

std::string tag_of(std::uint64_t size) {
    return "range" + std::to_string(size);
}

http::RangeSelection select(const web::Request& request, std::uint64_t size) {
    const auto field = request.headers().get(http::Field::Range);
    const std::string tag = tag_of(size);
    http::Validators validators;
    validators.etag = http::EntityTag{tag};
    const auto condition = request.headers().get(http::Field::IfRange);
    if (!field || (condition && !http::matches_if_range(*condition, validators))) return {};
    return http::select_ranges(*field, size, kOneRange);
}

web::Response without_body(int status, std::uint64_t size) {
    web::Response response(status);
    response.header(http::Field::ETag, http::format_entity_tag(http::EntityTag{tag_of(size)}));
    response.header(http::Field::AcceptRanges, "bytes");
    return response;
}

}  // namespace

Task<web::Response> range(web::Request& request) {
    const auto size = path_number(request, "n", kMaxBytes + 1);
    const std::int64_t wanted = number_parameter(request, "chunk_size", kChunkBytes);
    const auto chunk_size = static_cast<std::uint64_t>(std::max<std::int64_t>(wanted, 1));
    const Seconds duration = seconds_parameter(request, "duration", Seconds(0), kMaxDuration);
    if (size == 0 || size > kMaxBytes) {
        auto response = without_body(404, size);
        response.text("number of bytes must be in the range (0, 102400]");
        co_return response;
    }
    const auto selection = select(request, size);
    if (selection.outcome == http::RangeOutcome::Unsatisfiable) {
        auto response = without_body(416, size);
        response.header(http::Field::ContentRange, http::format_unsatisfied_range(size));
        co_return response;
    }
    const bool is_part = selection.outcome == http::RangeOutcome::Partial;
    const http::ByteRange part = is_part ? selection.ranges.front() : http::ByteRange{0, size - 1};
    web::StreamResponse response(is_part ? 206 : 200);
    response.content_type("application/octet-stream").content_length(part.size());
    response.header("ETag", http::format_entity_tag(http::EntityTag{tag_of(size)}));
    response.header("Accept-Ranges", "bytes");
    if (is_part) response.header("Content-Range", http::format_content_range(part, size));
    co_await response.prepare(request);
    for (std::uint64_t first = part.first; first <= part.last;) {
        const std::string chunk = letters(first, std::min(chunk_size, part.last + 1 - first));
        const Seconds pause = duration * double(chunk.size()) / double(size);
        if (pause > Seconds(0)) co_await indrik::sleep_for(to_clock(pause));
        co_await response.write_view(chunk);
        first += chunk.size();
    }
    co_return std::move(response);
}

}  // namespace httpbin
