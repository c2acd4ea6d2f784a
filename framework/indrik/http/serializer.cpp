#include "indrik/http/serializer.hpp"

#include <cassert>
#include <charconv>
#include <cstring>
#include <stdexcept>

#include "indrik/http/framing.hpp"
#include "indrik/http/tokens.hpp"

namespace indrik::http {

namespace {

/// Fields of the application that the writer leaves out: what it decides itself.
constexpr Headers::Mask kReplaced = Headers::mask_of(Field::Connection,
                                                     Field::ContentLength,
                                                     Field::KeepAlive,
                                                     Field::ProxyConnection,
                                                     Field::TE,
                                                     Field::Trailer,
                                                     Field::TransferEncoding,
                                                     Field::Upgrade);
/// Fields of the application that win over those of the block.
constexpr Headers::Mask kOfBlock = Headers::mask_of(Field::Date, Field::Server);

constexpr std::string_view kDateName = "Date: ";
constexpr std::string_view kLineEnd = "\r\n";
constexpr std::size_t kMaxReason = 64;      // a status line is at most so long
constexpr std::size_t kMaxOwnFields = 192;  // what the writer adds to block, fields and body

bool is_in(const Headers::Mask& mask, Field id) {
    const auto number = static_cast<std::size_t>(id);
    return (mask.words[number / 64] >> (number % 64) & 1) != 0;
}

char* put(char* at, std::string_view text) {
    if (!text.empty()) std::memcpy(at, text.data(), text.size());
    return at + text.size();
}

char* put_field(char* at, std::string_view name, std::string_view value) {
    at = put(at, name);
    *at++ = ':';
    *at++ = ' ';
    at = put(at, value);
    return put(at, kLineEnd);
}

char* put_content_length(char* at, std::uint64_t size) {
    at = put(at, "Content-Length: ");
    at = std::to_chars(at, at + 20, size).ptr;
    return put(at, kLineEnd);
}

std::size_t size_of(const Headers& headers) {
    std::size_t size = 0;
    for (const HeaderField field : headers) size += field.name.size() + field.value.size() + 4;
    return size;
}

char* put_status_line(char* at, Status status) {
    at = put(at, "HTTP/1.1 ");
    at = std::to_chars(at, at + 3, to_number(status)).ptr;
    *at++ = ' ';
    at = put(at, reason_phrase(status));
    return put(at, kLineEnd);
}

/// Nothing if the response has no Content-Length. Where no body is sent a handler may have
/// announced one.
std::optional<std::uint64_t> content_length_of(const ResponseTraits& traits,
                                               Status status,
                                               const Headers& headers,
                                               std::string_view body) {
    const bool not_modified = status == Status::NotModified;
    if (!may_have_body(status) && !not_modified) return std::nullopt;
    if (body.empty() && (not_modified || traits.head_request)) {
        const auto announced = parse_content_length(headers.get(Field::ContentLength).value_or(""));
        if (announced) return *announced;
        if (not_modified) return std::nullopt;
    }
    return body.size();
}

}  // namespace

HeadBlocks::HeadBlocks(std::string_view server) : server_(trim(server)), blocks_(kCount) {
    if (!is_field_value(server_)) {
        throw std::invalid_argument("the Server field's value holds control characters");
    }
    set_date(0);
}

void HeadBlocks::set_date(std::time_t now) {
    now_ = now;
    format_date(now, date_.data());
    // The date is the last line of every block.
    for (std::string& block : blocks_) {
        if (block.empty()) continue;
        const std::size_t at = block.size() - kLineEnd.size() - kDateSize;
        std::memcpy(block.data() + at, date_.data(), kDateSize);
    }
}

std::string_view HeadBlocks::build(Status status) {
    const std::size_t index = std::size_t{to_number(status)} - kFirst;
    if (index >= kCount) {
        throw std::invalid_argument("status " + std::to_string(to_number(status)) +
                                    " is not between 100 and 599");
    }
    std::string& block = blocks_[index];
    block = "HTTP/1.1 " + std::to_string(to_number(status)) + ' ';
    block.append(reason_phrase(status)).append(kLineEnd);
    if (!server_.empty()) block.append("Server: ").append(server_).append(kLineEnd);
    block.append(kDateName).append(date()).append(kLineEnd);
    return block;
}

/// The status line, Server and Date, then the application's fields but for those that the writer
/// replaces.
char* ResponseWriter::put_head(char* at,
                               std::string_view block,
                               Status status,
                               const Headers& headers) const {
    if (!headers.contains_any(kReplaced) && !headers.contains_any(kOfBlock)) [[likely]] {
        at = put(at, block);
        for (const HeaderField field : headers) at = put_field(at, field.name, field.value);
        return at;
    }
    at = put_status_line(at, status);
    if (!headers.contains(Field::Server) && !blocks_.server().empty()) {
        at = put_field(at, "Server", blocks_.server());
    }
    if (!headers.contains(Field::Date)) at = put_field(at, "Date", blocks_.date());
    for (const HeaderField field : headers) {
        if (!is_in(kReplaced, field.id)) at = put_field(at, field.name, field.value);
    }
    return at;
}

/// The connection's own fields and the empty line.
char* ResponseWriter::put_end(char* at,
                              const ResponseTraits& traits,
                              Status status,
                              const Headers& headers) const {
    const bool switches = status == Status::SwitchingProtocols;
    if (switches || status == Status::UpgradeRequired) {
        for (const HeaderField field : headers) {
            if (field.id == Field::Upgrade) at = put_field(at, field.name, field.value);
        }
        const bool close = !switches && !traits.keep_alive;
        at = put_field(at, "Connection", close ? "upgrade, close" : "upgrade");
    } else if (!is_informational(status)) {
        if (!traits.keep_alive) {
            at = put(at, "Connection: close\r\n");
        } else if (traits.version == Version::Http10) {
            at = put(at, "Connection: keep-alive\r\n");
        }
    }
    return put(at, kLineEnd);
}

void ResponseWriter::write(const ResponseTraits& traits,
                           Status status,
                           const Headers& headers,
                           std::string_view body) {
    const std::string_view block = blocks_.block(status);
    const std::size_t head_bound =
        block.size() + kMaxReason + size_of(headers) + blocks_.server().size() + kMaxOwnFields;
    const std::span<char> space = out_.prepare(head_bound + body.size());
    char* at = put_head(space.data(), block, status, headers);
    if (const auto length = content_length_of(traits, status, headers, body)) {
        at = put_content_length(at, *length);
    }
    at = put_end(at, traits, status, headers);
    if (!traits.head_request && may_have_body(status)) at = put(at, body);
    out_.commit(static_cast<std::size_t>(at - space.data()));
}

void ResponseWriter::write_head(const ResponseTraits& traits,
                                Status status,
                                const Headers& headers,
                                BodyLength length,
                                std::uint64_t content_length_bytes) {
    assert(length != BodyLength::Chunked || traits.version != Version::Http10);
    ResponseTraits effective = traits;
    const bool has_length = may_have_body(status) || status == Status::NotModified;
    const bool has_body = may_have_body(status) && !traits.head_request;
    if (length == BodyLength::UntilClose && has_body) effective.keep_alive = false;
    const std::string_view block = blocks_.block(status);
    const std::size_t head_bound =
        block.size() + kMaxReason + size_of(headers) + blocks_.server().size() + kMaxOwnFields;
    const std::span<char> space = out_.prepare(head_bound);
    char* at = put_head(space.data(), block, status, headers);
    if (length == BodyLength::Known && has_length) {
        at = put_content_length(at, content_length_bytes);
    } else if (length == BodyLength::Chunked && may_have_body(status)) {
        at = put(at, "Transfer-Encoding: chunked\r\n");
        for (const HeaderField field : headers) {
            if (field.id == Field::Trailer) at = put_field(at, field.name, field.value);
        }
    }
    at = put_end(at, effective, status, headers);
    out_.commit(static_cast<std::size_t>(at - space.data()));
}

}  // namespace indrik::http
