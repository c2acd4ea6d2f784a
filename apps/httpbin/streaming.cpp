// Answers that take their time, or come in pieces. A client that does not read stops them, one that goes away ends them.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <indrik/core/crypto.hpp>
#include <indrik/core/encoding.hpp>

#include "describe.hpp"
#include "handlers.hpp"
#include "parameters.hpp"
#include "random.hpp"

namespace httpbin {

namespace {

using Clock = std::chrono::steady_clock;

constexpr Seconds kMaxDelay{10};
constexpr Seconds kMaxDuration{60};
constexpr std::int64_t kMaxDrippedBytes = 10 * 1024 * 1024;
constexpr std::uint64_t kMaxMessages = 100;
constexpr std::int64_t kPieceBytes = 10 * 1024;
/// Drops that are closer together than this fall together.
constexpr std::chrono::milliseconds kMinPause{5};

/// What /drip is asked for.
struct Drip {
    std::int64_t bytes;
    Seconds duration;

    /// How much has fallen after some time; the first drop falls at once.
    std::int64_t fallen(Seconds elapsed) const {
        if (elapsed >= duration) return bytes;
        return std::min(bytes, 1 + static_cast<std::int64_t>(elapsed / duration * double(bytes)));
    }
    /// When the drop behind so many falls.
    Seconds time_of(std::int64_t count) const { return duration * double(count) / double(bytes); }
};

int code_parameter(const web::Request& request) {
    const auto code = number_parameter(request, "code", 200);
    if (code < 200 || code > 599)
        throw web::HTTPBadRequest("'code' must be a status from 200 to 599");
    return static_cast<int>(code);
}

}  // namespace

Task<web::Response> delay(web::Request& request) {
    const auto pause = parse_seconds(request.match_info("seconds"), "seconds", kMaxDelay);
    auto result = describe_head(request);
    co_await describe_body(request, result);
    result.erase("json");
    co_await indrik::sleep_for(to_clock(pause));
    co_return json_answer(result);
}

Task<web::Response> drip(web::Request& request) {
    const std::int64_t wanted = number_parameter(request, "numbytes", 10);
    const Drip plan{std::min(wanted, kMaxDrippedBytes),
                    seconds_parameter(request, "duration", Seconds(2), kMaxDuration)};
    const Seconds pause = seconds_parameter(request, "delay", Seconds(0), kMaxDelay);
    if (plan.bytes <= 0) throw web::HTTPBadRequest("number of bytes must be positive");
    web::StreamResponse response(code_parameter(request));
    co_await indrik::sleep_for(to_clock(pause));
    response.content_type("application/octet-stream");
    response.content_length(static_cast<std::uint64_t>(plan.bytes));
    co_await response.prepare(request);
    const std::string piece(kPieceBytes, '*');
    const std::string_view drops = piece;
    const auto begin = Clock::now();
    for (std::int64_t sent = 0; sent < plan.bytes;) {
        const auto due = std::min(plan.fallen(Clock::now() - begin) - sent, kPieceBytes);
        co_await response.write_view(drops.substr(0, static_cast<std::size_t>(due)));
        sent += due;
        const auto next = begin + to_clock(plan.time_of(sent));
        if (sent == plan.bytes || next <= Clock::now()) continue;
        co_await indrik::sleep_until(std::max(next, Clock::now() + kMinPause));
    }
    co_return std::move(response);
}

Task<web::Response> stream(web::Request& request) {
    const auto count = path_number(request, "n", kMaxMessages);
    auto message = describe_head(request);
    web::StreamResponse response;
    response.content_type("application/json");
    co_await response.prepare(request);
    for (std::uint64_t i = 0; i < count; ++i) {
        message["id"] = i;
        const std::string line = indrik::json::serialize(message) + "\n";
        co_await response.write_view(line);
    }
    co_return std::move(response);
}

Task<web::Response> stream_bytes(web::Request& request) {
    auto left = static_cast<std::int64_t>(path_number(request, "n", kMaxBytes));
    const std::int64_t wanted = number_parameter(request, "chunk_size", kPieceBytes);
    const std::int64_t chunk_size = std::max<std::int64_t>(wanted, 1);
    auto generator = generator_for(request);
    web::StreamResponse response;
    response.content_type("application/octet-stream");
    co_await response.prepare(request);
    while (left > 0) {
        const std::int64_t size = std::min(left, chunk_size);
        const std::string chunk = next_bytes(generator, static_cast<std::size_t>(size));
        co_await response.write_view(chunk);
        left -= size;
    }
    co_return std::move(response);
}

/// Tells what the page will need before it says anything (103, RFC 8297).
Task<web::Response> early_hints(web::Request& request) {
    indrik::http::Headers hints;
    hints.append("Link", "</static/style.css>; rel=preload; as=style");
    co_await request.send_early_hints(std::move(hints));
    auto response = json_answer(describe_head(request));
    response.header("Link", "</static/style.css>; rel=preload; as=style");
    co_return response;
}

/// A body whose digest follows it as a trailer field (RFC 9530).
Task<web::Response> trailers(web::Request& request) {
    web::StreamResponse response;
    response.content_type("text/plain; charset=utf-8");
    response.header("Trailer", "Content-Digest");
    co_await response.prepare(request);
    indrik::Digest digest(indrik::DigestAlgorithm::SHA256);
    for (int i = 1; i <= 3; ++i) {
        const std::string line = "line " + std::to_string(i) + "\n";
        digest.update(line);
        co_await response.write_view(line);
    }
    response.trailers().append("Content-Digest",
                               "sha-256=:" + indrik::base64_encode(digest.finish()) + ":");
    co_return std::move(response);
}

}  // namespace httpbin
