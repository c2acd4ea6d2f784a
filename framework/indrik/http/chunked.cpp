#include "indrik/http/chunked.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <limits>
#include <stdexcept>

#include "indrik/http/detail/field_line.hpp"
#include "indrik/http/detail/scan.hpp"
#include "indrik/http/tokens.hpp"

namespace indrik::http {

namespace {

using detail::kNoError;

constexpr unsigned kMaxSizeDigits = 16;

/// Fields that frame, route or authenticate the message: known too late in a trailer, and a way to
/// smuggle. A body that ends in one of them is refused.
constexpr Headers::Mask kRefusedTrailers = Headers::mask_of(Field::Authorization,
                                                            Field::Connection,
                                                            Field::ContentLength,
                                                            Field::Expect,
                                                            Field::Forwarded,
                                                            Field::Host,
                                                            Field::KeepAlive,
                                                            Field::MaxForwards,
                                                            Field::ProxyAuthorization,
                                                            Field::ProxyConnection,
                                                            Field::TE,
                                                            Field::Trailer,
                                                            Field::TransferEncoding,
                                                            Field::Upgrade,
                                                            Field::XForwardedFor,
                                                            Field::XForwardedHost,
                                                            Field::XForwardedPort,
                                                            Field::XForwardedProto,
                                                            Field::XRealIP);
/// Fields that say how the message is to be understood, which it has been by then: nobody gets to
/// see them.
constexpr Headers::Mask kDroppedTrailers = Headers::mask_of(Field::CacheControl,
                                                            Field::ContentEncoding,
                                                            Field::ContentRange,
                                                            Field::ContentType,
                                                            Field::Cookie,
                                                            Field::ProxyAuthenticate,
                                                            Field::Range,
                                                            Field::SetCookie,
                                                            Field::WWWAuthenticate);

bool is_in(const Headers::Mask& mask, Field id) {
    const auto number = static_cast<std::size_t>(id);
    return (mask.words[number / 64] >> (number % 64) & 1) != 0;
}

}  // namespace

Result<ChunkedDecoder::Step> ChunkedDecoder::feed(std::string_view input) {
    assert(!done());
    const char* const begin = input.data();
    const char* const end = begin + input.size();
    const char* at = begin;
    if (state_ != State::Data) at = scan(at, end);
    if (state_ == State::Failed) return make_error_code(error_);
    std::string_view data;
    if (state_ == State::Data) {
        const auto available = static_cast<std::uint64_t>(end - at);
        const auto size = static_cast<std::size_t>(std::min(remaining_, available));
        data = {at, size};
        at += size;
        remaining_ -= size;
        if (remaining_ == 0) state_ = State::DataCr;
    }
    return Step{static_cast<std::size_t>(at - begin), data};
}

/// Reads until data begins, the body ends or is refused, or the input is used up. Returns what is
/// behind.
const char* ChunkedDecoder::scan(const char* at, const char* end) {
    while (at != end && state_ != State::Data && state_ != State::Done) {
        const Error error = state_ == State::Trailer ? take_trailer(at, end) : take(*at++);
        if (error != kNoError) {
            state_ = State::Failed;
            error_ = error;
            break;
        }
    }
    return at;
}

/// One character of what is neither data nor trailer.
Error ChunkedDecoder::take(char character) {
    switch (state_) {
        case State::Size:
            return take_size(character);
        case State::SizeLf:
            // digits_ is 0 behind an extension.
            if (character != '\n') return digits_ ? Error::BadChunkSize : Error::BadChunkExtension;
            digits_ = 0;
            state_ = remaining_ == 0 ? State::Trailer : State::Data;
            return kNoError;
        case State::DataCr:
            state_ = State::DataLf;
            return character == '\r' ? kNoError : Error::BadChunkEnd;
        case State::DataLf:
            state_ = State::Size;
            return character == '\n' ? kNoError : Error::BadChunkEnd;
        case State::TrailerLf:
            return character == '\n' ? finish_trailer_line() : Error::BadTrailer;
        case State::Failed:
            return error_;
        default:
            return take_extension(character);
    }
}

Error ChunkedDecoder::take_size(char character) {
    const int digit = hex_value(character);
    if (digit >= 0) {
        if (++digits_ > kMaxSizeDigits) return Error::BadChunkSize;
        remaining_ = remaining_ << 4 | static_cast<std::uint64_t>(digit);
        return kNoError;
    }
    if (digits_ == 0 || remaining_ > std::numeric_limits<std::int64_t>::max()) {
        return Error::BadChunkSize;
    }
    if (character == '\r') {
        state_ = State::SizeLf;
    } else if (character == ';') {
        digits_ = 0;
        return take_element_end(character);
    } else {
        return Error::BadChunkSize;
    }
    return kNoError;
}

Error ChunkedDecoder::take_extension(char character) {
    if (++extension_bytes_ > limits_.extension_bytes) return Error::ChunkExtensionTooLarge;
    const bool control = detail::has_class(character, detail::kControlClass);
    switch (state_) {
        case State::ExtensionName:
        case State::ExtensionValue:
            if (is_token_character(character)) {
                element_empty_ = false;
                return kNoError;
            }
            if (character == '"' && state_ == State::ExtensionValue && element_empty_) {
                state_ = State::Quoted;
                return kNoError;
            }
            if (element_empty_) return Error::BadChunkExtension;
            if (character == '=' && state_ == State::ExtensionName) {
                state_ = State::ExtensionValue;
                element_empty_ = true;
                return kNoError;
            }
            return take_element_end(character);
        case State::Quoted:
            if (character == '"') state_ = State::QuotedEnd;
            if (character == '\\') state_ = State::QuotedPair;
            return control ? Error::BadChunkExtension : kNoError;
        case State::QuotedPair:
            state_ = State::Quoted;
            return control ? Error::BadChunkExtension : kNoError;
        default:
            return take_element_end(character);
    }
}

/// What may come behind a complete size, name or value: the next extension or the end of the line.
Error ChunkedDecoder::take_element_end(char character) {
    element_empty_ = true;
    if (character != ';' && character != '\r') return Error::BadChunkExtension;
    state_ = character == ';' ? State::ExtensionName : State::SizeLf;
    return kNoError;
}

/// What has come of a line of the trailer section, up to its CR.
Error ChunkedDecoder::take_trailer(const char*& at, const char* end) {
    if (trailer_line_.empty() && (*at == ' ' || *at == '\t')) return Error::BadTrailer;
    const char* const stop = detail::find_stop<detail::LineKind::Field>(at, end);
    const auto size = static_cast<std::size_t>(stop - at);
    if (size > limits_.trailer_bytes - trailer_bytes_) return Error::TrailersTooLarge;
    trailer_bytes_ += size;
    trailer_line_.append(at, size);
    at = stop;
    if (stop == end) return kNoError;
    ++at;
    state_ = State::TrailerLf;
    return *stop == '\r' ? kNoError : Error::BadTrailer;
}

Error ChunkedDecoder::finish_trailer_line() {
    if (trailer_line_.empty()) {
        state_ = State::Done;
        return kNoError;
    }
    state_ = State::Trailer;
    if (++trailer_lines_ > limits_.trailer_fields) return Error::TrailersTooLarge;
    if (limits_.trailer_bytes - trailer_bytes_ < 2) return Error::TrailersTooLarge;
    trailer_bytes_ += 2;
    detail::FieldLine field;
    if (detail::parse_field_line(trailer_line_, field) != kNoError) return Error::BadTrailer;
    if (is_in(kRefusedTrailers, field.id)) return Error::BadTrailer;
    if (!field.has_underscore() && !is_in(kDroppedTrailers, field.id)) {
        trailers_.append(field.name, field.value);
    }
    trailer_line_.clear();
    return kNoError;
}

void append_chunk_size(Buffer& out, std::size_t size_bytes) {
    assert(size_bytes != 0);
    const std::span<char> space = out.prepare(kMaxSizeDigits + 2);
    char* at = std::to_chars(space.data(), space.data() + kMaxSizeDigits, size_bytes, 16).ptr;
    *at++ = '\r';
    *at++ = '\n';
    out.commit(static_cast<std::size_t>(at - space.data()));
}

void append_chunk(Buffer& out, std::string_view data) {
    append_chunk_size(out, data.size());
    out.append(data);
    out.append("\r\n");
}

void append_last_chunk(Buffer& out, const Headers& trailers) {
    for (const HeaderField field : trailers) {
        if (is_in(kRefusedTrailers, field.id) || is_in(kDroppedTrailers, field.id)) {
            throw std::invalid_argument("field '" + std::string(field.name) +
                                        "' must not be a trailer");
        }
    }
    out.append("0\r\n");
    for (const HeaderField field : trailers) {
        out.append(field.name);
        out.append(": ");
        out.append(field.value);
        out.append("\r\n");
    }
    out.append("\r\n");
}

}  // namespace indrik::http
