#pragma once
// What the head of a request says, read straight from it; nothing is worked out and kept. A part of Request.
//
//   if (request.check_conditions(validators) == http::ConditionOutcome::NotModified) co_return web::Response(304);
//   const auto since = request.if_modified_since();

#include <cstdint>
#include <ctime>
#include <optional>
#include <string_view>
#include <vector>

#include "indrik/http/conditional.hpp"
#include "indrik/http/forwarded.hpp"
#include "indrik/http/message.hpp"
#include "indrik/http/range.hpp"

namespace indrik::web {

/// If-Range: one of the two. Lifetime: the head's.
struct IfRange {
    std::optional<http::EntityTag> etag;
    std::optional<std::time_t> date;
};

/// Lifetime: views point into the head.
class RequestFields {
public:
    /// All of it as it was parsed.
    const http::RequestHead& head() const { return *head_; }

    // ---- the request line

    http::Method method() const { return head_->method; }
    /// "GET"; also for methods that are not in http::Method.
    std::string_view method_name() const { return head_->method_text; }
    http::Version version() const { return head_->version; }
    /// The path as it came.
    std::string_view raw_path() const { return head_->path; }
    /// The whole target as it came: "/find?q=a%20b".
    std::string_view target() const { return head_->target; }
    /// Path and query as they came: target() without the scheme and host that clients put there for a proxy.
    std::string_view rel_url() const;
    std::string_view query_string() const { return head_->query; }

    // ---- fields

    const http::Headers& headers() const { return head_->headers; }
    /// The first value of a field, or "".
    std::string_view header(http::Field field) const {
        return head_->headers.get(field).value_or("");
    }
    std::string_view header(std::string_view name) const {
        return head_->headers.get(name).value_or("");
    }
    /// Of the Content-Length field; nothing if there is none.
    std::optional<std::uint64_t> content_length() const;
    bool keep_alive() const { return head_->keep_alive; }
    /// Whether the client waits for "100 Continue" before it sends the body. That is sent when the body is first read; who answers
    /// without reading it has refused it.
    bool expects_continue() const { return head_->expect_continue; }
    /// What every Forwarded field says (RFC 7239), whoever wrote it: for people to read, not to be believed (Request::remote() is).
    /// Errors: HTTPBadRequest if it is malformed.
    std::vector<http::ForwardedElement> forwarded() const;

    // ---- conditions and ranges (RFC 9110 sections 13 and 14); nothing for what is not there or malformed

    std::optional<std::time_t> if_modified_since() const;
    std::optional<std::time_t> if_unmodified_since() const;
    std::optional<http::EntityTagList> if_match() const;
    std::optional<http::EntityTagList> if_none_match() const;
    std::optional<IfRange> if_range() const;
    /// All of them against what is there, in their order: whether to go on, or to answer 304 or 412.
    http::ConditionOutcome check_conditions(const http::Validators& validators) const {
        return http::evaluate_conditions(method(), headers(), validators);
    }
    /// Which parts of a representation of that length to send: all of it without a Range field, or if If-Range is about another
    /// version.
    http::RangeSelection ranges(std::uint64_t length_bytes,
                                const http::Validators& validators = {}) const;

protected:
    RequestFields() = default;
    ~RequestFields() = default;

    const http::RequestHead* head_ = nullptr;

private:
    std::optional<std::time_t> date_of(http::Field field) const;
    std::optional<http::EntityTagList> tags_of(http::Field field) const;
};

}  // namespace indrik::web
