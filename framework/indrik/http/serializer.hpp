#pragma once
// Response heads on the wire (RFC 9112 section 4 and 6), appended to a buffer that is written once.
//
//   HeadBlocks blocks("indrik");                       // one per loop
//   blocks.refresh(now);                               // once a second
//   ResponseWriter(out, blocks).write(traits, Status::Ok, headers, body);

#include <array>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include "indrik/core/buffer.hpp"
#include "indrik/http/dates.hpp"
#include "indrik/http/headers.hpp"
#include "indrik/http/message.hpp"
#include "indrik/http/status.hpp"

namespace indrik::http {

/// "HTTP/1.1 200 OK CRLF Server: ... CRLF Date: ... CRLF" ready made for each status in use; built
/// on first use, and from then on only the date is written anew. Resource type: one per loop.
class HeadBlocks {
public:
    /// `server` is the value of the Server field; empty leaves the field out. Errors:
    /// std::invalid_argument if it is no field value.
    explicit HeadBlocks(std::string_view server);
    HeadBlocks(const HeadBlocks&) = delete;
    HeadBlocks& operator=(const HeadBlocks&) = delete;

    /// Cheap when the second has not changed. To be called before the first block.
    void refresh(std::time_t now) {
        if (now != now_) set_date(now);
    }
    /// Lifetime: until the next refresh. Errors: std::invalid_argument for a status outside 100 to
    /// 599.
    std::string_view block(Status status) {
        const std::size_t index = std::size_t{to_number(status)} - kFirst;
        if (index < kCount && !blocks_[index].empty()) [[likely]]
            return blocks_[index];
        return build(status);
    }
    /// The value of the Date field.
    std::string_view date() const { return {date_.data(), date_.size()}; }
    std::string_view server() const { return server_; }

private:
    static constexpr std::size_t kFirst = 100;
    static constexpr std::size_t kCount = 500;

    void set_date(std::time_t now);
    std::string_view build(Status status);

    std::time_t now_ = -1;
    std::array<char, kDateSize> date_;
    std::string server_;
    std::vector<std::string> blocks_;  // by status; empty until first used
};

/// What of the request decides about the form of its response.
struct ResponseTraits {
    Version version = Version::Http11;
    bool head_request = false;  // HEAD: the head of a GET, no body
    bool keep_alive = true;  // false adds "Connection: close"; true adds "Connection: keep-alive"
                             // to an HTTP/1.0 answer
};

/// How the body will follow a head written alone.
enum class BodyLength : std::uint8_t {
    Known,      // Content-Length
    Chunked,    // Transfer-Encoding: chunked (HTTP/1.1)
    UntilClose  // neither; the connection ends the body (HTTP/1.0)
};

class ResponseWriter {
public:
    ResponseWriter(Buffer& out, HeadBlocks& blocks) : out_(out), blocks_(blocks) {}

    /// A whole response. Of the application's fields, hop-by-hop ones (Connection, Keep-Alive,
    /// Proxy-Connection, TE, Trailer, Transfer-Encoding, Upgrade) and Content-Length are replaced
    /// by the writer's; Server and Date win over the block's; Upgrade stays in 101 and 426. 1xx,
    /// 204 and 304 have no body; 1xx and 204 no Content-Length either. Where no body is sent and
    /// none is given (HEAD, 304), a Content-Length of the application says what GET would have
    /// sent.
    void write(const ResponseTraits& traits,
               Status status,
               const Headers& headers,
               std::string_view body);

    /// A head alone; the caller sends the body in the announced form. Trailer stays where the body
    /// is chunked.
    void write_head(const ResponseTraits& traits,
                    Status status,
                    const Headers& headers,
                    BodyLength length,
                    std::uint64_t content_length_bytes = 0);

private:
    char* put_head(char* at, std::string_view block, Status status, const Headers& headers) const;
    char* put_end(char* at,
                  const ResponseTraits& traits,
                  Status status,
                  const Headers& headers) const;

    Buffer& out_;
    HeadBlocks& blocks_;
};

/// "HTTP/1.1 100 Continue" with its blank line.
inline constexpr std::string_view kContinueResponse = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace indrik::http
