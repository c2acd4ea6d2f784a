#include "indrik/web/file_response.hpp"

#include <string>
#include <utility>
#include <vector>

#include "indrik/core/buffer.hpp"
#include "indrik/http/content_disposition.hpp"
#include "indrik/http/multipart.hpp"
#include "indrik/web/exceptions.hpp"
#include "indrik/web/request.hpp"
#include "indrik/web/response_channel.hpp"

namespace indrik::web {
namespace {

using http::Field;

/// All fields of that name as one list.
std::optional<std::string> joined_field(const http::Headers& headers, Field field) {
    if (!headers.contains(field)) return std::nullopt;
    std::string joined;
    for (const std::string_view value : headers.get_all(field)) {
        if (!joined.empty()) joined += ',';
        joined += value;
    }
    return joined;
}

}  // namespace

/// The body of a multipart/byteranges answer.
struct FileResponse::Parts {
    struct Part {
        std::string head;  // the delimiter with the fields
        http::ByteRange range;
    };
    std::vector<Part> parts;
    std::string end;
    std::uint64_t size_bytes = 0;
};

FileResponse& FileResponse::header(std::string_view name, std::string_view value) {
    head_.header(name, value);
    return *this;
}
FileResponse& FileResponse::content_type(std::string_view type) {
    head_.content_type(type);
    return *this;
}
FileResponse& FileResponse::cache_control(std::string_view value) {
    head_.header(Field::CacheControl, value);
    return *this;
}
FileResponse& FileResponse::attachment(std::string_view file_name) {
    const std::string own_name = path_.filename().string();
    head_.header(Field::ContentDisposition,
                 http::format_attachment(file_name.empty() ? own_name : file_name));
    return *this;
}
FileResponse& FileResponse::precompressed(bool allowed) {
    precompressed_ = allowed;
    return *this;
}

const OpenFile& FileResponse::choose(const Request& request) {
    if (!file_->has_siblings()) return *file_->original;
    head_.add_header("Vary", "Accept-Encoding");
    std::vector<http::ContentCoding> offers;
    for (std::size_t i = 0; i < kSiblingCodings.size(); ++i) {
        if (file_->siblings[i]) offers.push_back(kSiblingCodings[i]);
    }
    const auto accepted = joined_field(request.headers(), Field::AcceptEncoding);
    const auto coding = http::choose_coding(accepted, offers);
    for (std::size_t i = 0; coding && i < kSiblingCodings.size(); ++i) {
        if (kSiblingCodings[i] != *coding) continue;
        head_.header(Field::ContentEncoding, http::to_string(*coding));
        return *file_->siblings[i];
    }
    return *file_->original;
}

/// Only GET has ranges (RFC 9110 section 14.2).
http::RangeSelection FileResponse::select_ranges(const Request& request,
                                                 const OpenFile& file) const {
    const http::Headers& fields = request.headers();
    if (request.method() != http::Method::Get || fields.count(Field::Range) != 1) return {};
    if (fields.contains(Field::IfRange) &&
        !http::matches_if_range(*fields.get(Field::IfRange), file.validators())) {
        return {};
    }
    return http::select_ranges(*fields.get(Field::Range), file.size_bytes());
}

/// What describes the body goes, what describes the file stays.
Response FileResponse::answer_without_body(http::Status status) {
    Response answer = HTTPException(status).response();
    for (const Field field : {Field::ETag, Field::LastModified, Field::Vary, Field::CacheControl}) {
        if (const auto value = head_.headers().get(field)) answer.header(field, *value);
    }
    return answer;
}

Task<Response> FileResponse::send(Request& request) {
    if (!file_) file_ = std::make_shared<const FileVariants>(find_file(path_, precompressed_));
    if (!file_->original) co_return HTTPNotFound().response();
    const OpenFile& file = choose(request);
    head_.header(Field::LastModified, file.last_modified_text());
    head_.header(Field::ETag, file.etag());
    switch (http::evaluate_conditions(request.method(), request.headers(), file.validators())) {
        case http::ConditionOutcome::NotModified:
            co_return answer_without_body(http::Status::NotModified);
        case http::ConditionOutcome::PreconditionFailed:
            co_return answer_without_body(http::Status::PreconditionFailed);
        case http::ConditionOutcome::Proceed:
            break;
    }
    const http::RangeSelection selection = select_ranges(request, file);
    if (selection.outcome == http::RangeOutcome::Unsatisfiable) {
        Response refusal = answer_without_body(http::Status::RangeNotSatisfiable);
        refusal.header(Field::ContentRange, http::format_unsatisfied_range(file.size_bytes()));
        co_return refusal;
    }
    if (!head_.headers().contains(Field::ContentType)) head_.content_type(file_->media_type);
    head_.header(Field::AcceptRanges, "bytes");
    ResponseChannel& channel = request.response_channel();
    if (selection.ranges.size() > 1) {
        Parts parts = make_parts(file, selection.ranges);
        co_await send_parts(channel, file.descriptor(), std::move(parts));
        co_return std::move(head_.mark_streamed());
    }
    std::uint64_t offset = 0;
    std::uint64_t size = file.size_bytes();
    if (!selection.ranges.empty()) {
        const http::ByteRange& range = selection.ranges.front();
        offset = range.first;
        size = range.size();
        head_.status(http::Status::PartialContent);
        head_.header(Field::ContentRange, http::format_content_range(range, file.size_bytes()));
    }
    co_await channel.start(head_, size);
    co_await channel.write_file(file.descriptor(), offset, size);
    co_return std::move(head_.mark_streamed());
}

/// Makes the head that of a multipart answer.
FileResponse::Parts FileResponse::make_parts(const OpenFile& file,
                                             const std::vector<http::ByteRange>& ranges) {
    http::MultipartWriter writer(http::make_boundary());
    http::Headers fields;
    fields.set(Field::ContentType, *head_.headers().get(Field::ContentType));
    Parts made;
    Buffer text;
    for (const http::ByteRange& range : ranges) {
        fields.set(Field::ContentRange, http::format_content_range(range, file.size_bytes()));
        writer.begin_part(text, fields);
        made.parts.push_back({std::string(text.view()), range});
        made.size_bytes += text.size() + range.size();
        text.clear();
    }
    writer.finish(text);
    made.end = text.view();
    made.size_bytes += made.end.size();
    head_.status(http::Status::PartialContent);
    head_.content_type(writer.content_type("byteranges"));
    return made;
}

Task<> FileResponse::send_parts(ResponseChannel& channel, int file, Parts parts) {
    co_await channel.start(head_, parts.size_bytes);
    for (const Parts::Part& part : parts.parts) {
        co_await channel.write(part.head);
        co_await channel.write_file(file, part.range.first, part.range.size());
    }
    co_await channel.write(parts.end);
}

Task<Response> send_file(Request& request, std::filesystem::path path) {
    FileResponse response(std::move(path));
    co_return co_await response.send(request);
}

}  // namespace indrik::web
