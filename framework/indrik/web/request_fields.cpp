#include "indrik/web/request_fields.hpp"

#include "indrik/http/dates.hpp"
#include "indrik/web/exceptions.hpp"

namespace indrik::web {

std::string_view RequestFields::rel_url() const {
    if (head_->target_form != http::TargetForm::Absolute) return head_->target;
    const std::size_t scheme = head_->target.find("://");
    const std::size_t path = head_->target.find_first_of("/?", scheme + 3);
    if (path == std::string_view::npos) return "/";
    return head_->target.substr(path);
}

std::optional<std::uint64_t> RequestFields::content_length() const {
    if (!head_->headers.contains(http::Field::ContentLength)) return std::nullopt;
    return head_->content_length;
}

std::vector<http::ForwardedElement> RequestFields::forwarded() const {
    std::vector<http::ForwardedElement> all;
    for (const std::string_view line : headers().get_all(http::Field::Forwarded)) {
        Result<std::vector<http::ForwardedElement>> elements = http::parse_forwarded(line);
        if (!elements) throw HTTPBadRequest("the Forwarded field is malformed");
        for (http::ForwardedElement& element : *elements) all.push_back(std::move(element));
        if (all.size() > http::kMaxForwardedElements)
            throw HTTPBadRequest("the Forwarded fields have too many elements");
    }
    return all;
}

std::optional<std::time_t> RequestFields::date_of(http::Field field) const {
    const auto text = headers().get(field);
    return text ? http::parse_date(*text) : std::nullopt;
}

/// A field of several lines is one list.
std::optional<http::EntityTagList> RequestFields::tags_of(http::Field field) const {
    std::optional<http::EntityTagList> all;
    for (const std::string_view line : headers().get_all(field)) {
        const auto list = http::parse_entity_tags(line);
        if (!list) return std::nullopt;
        if (!all) all.emplace();
        all->any = all->any || list->any;
        all->tags.insert(all->tags.end(), list->tags.begin(), list->tags.end());
    }
    return all;
}

std::optional<std::time_t> RequestFields::if_modified_since() const {
    return date_of(http::Field::IfModifiedSince);
}
std::optional<std::time_t> RequestFields::if_unmodified_since() const {
    return date_of(http::Field::IfUnmodifiedSince);
}
std::optional<http::EntityTagList> RequestFields::if_match() const {
    return tags_of(http::Field::IfMatch);
}
std::optional<http::EntityTagList> RequestFields::if_none_match() const {
    return tags_of(http::Field::IfNoneMatch);
}

std::optional<IfRange> RequestFields::if_range() const {
    IfRange value;
    value.etag = http::parse_entity_tag(header(http::Field::IfRange));
    if (!value.etag) value.date = date_of(http::Field::IfRange);
    if (!value.etag && !value.date) return std::nullopt;
    return value;
}

http::RangeSelection RequestFields::ranges(std::uint64_t length_bytes,
                                           const http::Validators& validators) const {
    const auto range = headers().get(http::Field::Range);
    if (!range) return {};
    const auto condition = headers().get(http::Field::IfRange);
    if (condition && !http::matches_if_range(*condition, validators)) return {};
    return http::select_ranges(*range, length_bytes);
}

}  // namespace indrik::web
