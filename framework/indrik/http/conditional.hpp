#pragma once
// Conditional requests (RFC 9110 section 13): whether what the client has, or wants to overwrite,
// is still what the server has.
//
//   Validators validators;
//   validators.etag = EntityTag{"abc"};
//   switch (evaluate_conditions(head.method, head.headers, validators)) {
//       case ConditionOutcome::NotModified: ...        // 304, with ETag, Cache-Control, Vary ...

#include <cstdint>
#include <ctime>
#include <optional>
#include <string_view>

#include "indrik/http/etag.hpp"
#include "indrik/http/headers.hpp"
#include "indrik/http/method.hpp"

namespace indrik::http {

/// What is known of the current representation.
struct Validators {
    std::optional<EntityTag> etag;
    std::optional<std::time_t> last_modified;
    bool exists = true;  // whether there is one: a PUT may be about to make the first
};

enum class ConditionOutcome : std::uint8_t {
    Proceed,             // as if there were no conditions
    NotModified,         // 304
    PreconditionFailed,  // 412
};

/// Evaluates If-Match (or else If-Unmodified-Since), then If-None-Match (or else
/// If-Modified-Since), in the order of section 13.2.2. For the request that would otherwise get a
/// 2xx answer, and not before that is known. Malformed dates are ignored; so are all conditions of
/// methods to which they mean nothing. Of a malformed list of tags only those before the fault
/// count.
ConditionOutcome evaluate_conditions(Method method,
                                     const Headers& headers,
                                     const Validators& validators);

/// Whether a Range field is to be honoured (section 13.1.5): the value of If-Range is the current
/// ETag, both strong, or exactly the current Last-Modified. False for anything malformed: then the
/// whole is sent.
bool matches_if_range(std::string_view if_range, const Validators& validators);

}  // namespace indrik::http
