#include "indrik/http/compression.hpp"

#include <algorithm>
#include <cassert>
#include <stdexcept>
#include <string>

#include "indrik/http/detail/codec.hpp"
#include "indrik/http/quality.hpp"
#include "indrik/http/tokens.hpp"

namespace indrik::http {

namespace {

using detail::EncoderOperation;
using detail::ZlibFormat;

/// How much room for decoded data is asked for at a time.
constexpr std::size_t kRoomBytes = 16384;

struct Levels {
    int min;
    int max;
};

Levels levels_of(ContentCoding coding) {
    switch (coding) {
        case ContentCoding::Brotli:
            return {0, 11};
        case ContentCoding::Zstd:
            return {1, 19};
        default:
            return {0, 9};
    }
}

[[noreturn]] void refuse_identity() {
    throw std::invalid_argument("identity is no compression");
}

std::unique_ptr<detail::Encoder> make_encoder(ContentCoding coding, int level) {
    const Levels levels = levels_of(coding);
    if (level < levels.min || level > levels.max) {
        throw std::invalid_argument("compression level " + std::to_string(level) + " for " +
                                    std::string(to_string(coding)) + " is not " +
                                    std::to_string(levels.min) + " to " +
                                    std::to_string(levels.max));
    }
    switch (coding) {
        case ContentCoding::Gzip:
            return detail::make_zlib_encoder(ZlibFormat::Gzip, level);
        case ContentCoding::Deflate:
            return detail::make_zlib_encoder(ZlibFormat::Zlib, level);
        case ContentCoding::Brotli:
            return detail::make_brotli_encoder(level);
        case ContentCoding::Zstd:
            return detail::make_zstd_encoder(level);
        case ContentCoding::Identity:
            break;
    }
    refuse_identity();
}

std::unique_ptr<detail::Decoder> make_decoder(ContentCoding coding) {
    switch (coding) {
        case ContentCoding::Gzip:
            return detail::make_zlib_decoder(ZlibFormat::Gzip);
        case ContentCoding::Deflate:
            return detail::make_zlib_decoder(ZlibFormat::Zlib);
        case ContentCoding::Brotli:
            return detail::make_brotli_decoder();
        case ContentCoding::Zstd:
            return detail::make_zstd_decoder();
        case ContentCoding::Identity:
            break;
    }
    refuse_identity();
}

/// Besides text/*, and types that end in "+json", "+xml" or "+text". In the order of the alphabet.
constexpr std::string_view kCompressibleTypes[] = {
    "application/dart",
    "application/graphql",
    "application/javascript",
    "application/json",
    "application/json-seq",
    "application/jsonl",
    "application/ld+json",
    "application/manifest+json",
    "application/msgpack",
    "application/rtf",
    "application/sql",
    "application/toml",
    "application/vnd.ms-fontobject",
    "application/wasm",
    "application/x-httpd-php",
    "application/x-javascript",
    "application/x-ndjson",
    "application/x-sh",
    "application/x-tar",
    "application/x-www-form-urlencoded",
    "application/xml",
    "application/yaml",
    "font/collection",
    "font/otf",
    "font/sfnt",
    "font/ttf",
    "image/bmp",
    "image/vnd.microsoft.icon",
    "image/x-icon",
};

bool has_compressible_suffix(std::string_view essence) {
    const std::size_t plus = essence.rfind('+');
    if (plus == std::string_view::npos) return false;
    const std::string_view suffix = essence.substr(plus + 1);
    return equal_ignoring_case(suffix, "json") || equal_ignoring_case(suffix, "xml") ||
           equal_ignoring_case(suffix, "text");
}

}  // namespace

std::string_view to_string(ContentCoding coding) {
    switch (coding) {
        case ContentCoding::Gzip:
            return "gzip";
        case ContentCoding::Deflate:
            return "deflate";
        case ContentCoding::Brotli:
            return "br";
        case ContentCoding::Zstd:
            return "zstd";
        case ContentCoding::Identity:
            break;
    }
    return "identity";
}

std::optional<ContentCoding> parse_content_coding(std::string_view text) {
    for (const ContentCoding coding : {ContentCoding::Gzip,
                                       ContentCoding::Brotli,
                                       ContentCoding::Zstd,
                                       ContentCoding::Deflate,
                                       ContentCoding::Identity}) {
        if (equal_ignoring_case(text, to_string(coding))) return coding;
    }
    if (equal_ignoring_case(text, "x-gzip")) return ContentCoding::Gzip;
    return std::nullopt;
}

int default_level(ContentCoding coding) {
    switch (coding) {
        case ContentCoding::Brotli:
            return 2;
        case ContentCoding::Zstd:
            return 3;
        default:
            return 1;
    }
}

Compressor::Compressor(ContentCoding coding) : Compressor(coding, default_level(coding)) {}

Compressor::Compressor(ContentCoding coding, int level)
    : coding_(coding), encoder_(make_encoder(coding, level)) {}

Compressor::Compressor(Compressor&&) noexcept = default;
Compressor& Compressor::operator=(Compressor&&) noexcept = default;
Compressor::~Compressor() = default;

void Compressor::feed(std::string_view input, Buffer& out, FlushMode flush) {
    assert(!finished_);
    const bool is_flush = flush == FlushMode::Sync;
    if (input.empty() && !is_flush) return;
    encoder_->run(input, out, is_flush ? EncoderOperation::Flush : EncoderOperation::Process);
}

void Compressor::finish(Buffer& out) {
    assert(!finished_);
    encoder_->run({}, out, EncoderOperation::Finish);
    finished_ = true;
}

void Compressor::reset() {
    encoder_->reset();
    finished_ = false;
}

Decompressor::Decompressor(ContentCoding coding, std::uint64_t output_limit_bytes)
    : coding_(coding), limit_(output_limit_bytes), decoder_(make_decoder(coding)) {}

Decompressor::Decompressor(Decompressor&&) noexcept = default;
Decompressor& Decompressor::operator=(Decompressor&&) noexcept = default;
Decompressor::~Decompressor() = default;

Result<Decompressor::Step> Decompressor::feed(std::string_view input,
                                              Buffer& out,
                                              std::size_t max_bytes) {
    assert(max_bytes != 0);
    if (error_ != Error{}) return make_error_code(error_);
    // One byte beyond the limit is asked for, to know that there is one.
    const std::uint64_t left = limit_ - produced_;
    const auto wanted = left < max_bytes ? static_cast<std::size_t>(left) + 1 : max_bytes;
    Step step{0, 0};
    auto status = detail::Decoder::Status::OutputFull;
    while (status == detail::Decoder::Status::OutputFull && step.produced < wanted) {
        const std::size_t room = std::min(wanted - step.produced, kRoomBytes);
        const std::span<char> space = out.prepare(room).first(room);
        const auto progress = decoder_->run(input.substr(step.consumed), space);
        out.commit(progress.produced);
        step.consumed += progress.consumed;
        step.produced += progress.produced;
        status = progress.status;
    }
    if (status == detail::Decoder::Status::Failed) error_ = Error::BadContentCoding;
    if (step.produced > left) {
        out.truncate(out.size() - 1);
        error_ = Error::BodyTooLarge;
    }
    produced_ += step.produced;
    if (error_ != Error{}) return make_error_code(error_);
    return step;
}

Result<void> Decompressor::finish() const {
    if (error_ != Error{}) return make_error_code(error_);
    if (!decoder_->is_complete()) return make_error_code(Error::IncompleteBody);
    return {};
}

void Decompressor::reset() {
    decoder_->reset();
    produced_ = 0;
    error_ = Error{};
}

std::optional<ContentCoding> choose_coding(std::optional<std::string_view> accept_encoding,
                                           std::span<const ContentCoding> offers) {
    if (!accept_encoding) return ContentCoding::Identity;
    const Preferences preferences(PreferenceKind::Token, *accept_encoding);
    std::optional<ContentCoding> best;
    unsigned best_quality = 0;
    for (const ContentCoding coding : offers) {
        const unsigned quality = preferences.find(to_string(coding)).value_or(0);
        if (quality > best_quality) {
            best = coding;
            best_quality = quality;
        }
    }
    // Identity is acceptable unless it is excluded, but preferred only where it is mentioned.
    const auto identity = preferences.find(to_string(ContentCoding::Identity));
    if (identity && *identity > best_quality) return ContentCoding::Identity;
    if (!best && identity != 0U) return ContentCoding::Identity;
    return best;
}

bool is_compressible(std::string_view content_type) {
    const std::string_view essence = trim(content_type.substr(0, content_type.find(';')));
    constexpr std::string_view kText = "text/";
    if (equal_ignoring_case(essence.substr(0, kText.size()), kText)) return true;
    if (has_compressible_suffix(essence)) return true;
    return std::any_of(
        std::begin(kCompressibleTypes),
        std::end(kCompressibleTypes),
        [essence](std::string_view type) { return equal_ignoring_case(type, essence); });
}

bool is_worth_compressing(std::string_view content_type,
                          std::optional<std::uint64_t> length_bytes,
                          std::size_t min_bytes) {
    return (!length_bytes || *length_bytes >= min_bytes) && is_compressible(content_type);
}

}  // namespace indrik::http
