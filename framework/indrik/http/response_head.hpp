#pragma once
// The head of a response after parsing, as a client sees it: what came before the body, checked and
// taken apart.

#include <cstdint>
#include <string_view>

#include "indrik/http/headers.hpp"
#include "indrik/http/message.hpp"
#include "indrik/http/status.hpp"
#include "indrik/http/version.hpp"

namespace indrik::http {

/// A parsed response head. Lifetime: all views point into the bytes that were parsed.
struct ResponseHead {
    Status status = Status::Ok;  // any number from 100 to 999
    Version version = Version::Http11;
    BodyFraming framing = BodyFraming::None;
    bool keep_alive = true;  // whether the connection may serve another request once this is read
    bool upgrade = false;  // 101: what comes behind this head is of the protocol that Upgrade names
    std::uint64_t content_length = 0;  // more than 0 with BodyFraming::ContentLength, else 0
    std::string_view reason;           // as it came, mostly a phrase; "" if there is none
    Headers headers;

    /// Ready for the next response; keeps capacity.
    void clear() {
        status = Status::Ok;
        version = Version::Http11;
        framing = BodyFraming::None;
        keep_alive = true;
        upgrade = false;
        content_length = 0;
        reason = std::string_view();
        headers.clear();
    }
};

}  // namespace indrik::http
