#include "indrik/http/conditional.hpp"

#include "indrik/http/dates.hpp"
#include "indrik/http/tokens.hpp"

namespace indrik::http {

namespace {

using Comparison = bool (*)(const EntityTag&, const EntityTag&);

/// Whether one of the lists of tags names the current representation.
bool any_matches(const Headers& headers,
                 Field field,
                 const Validators& validators,
                 Comparison matches) {
    for (const HeaderField line : headers) {
        if (line.id != field) continue;
        std::string_view rest = line.value;
        if (trim(rest) == "*") {
            if (validators.exists) return true;
            continue;
        }
        if (!validators.exists || !validators.etag) continue;
        while (const auto tag = take_entity_tag(rest)) {
            if (matches(*tag, *validators.etag)) return true;
        }
    }
    return false;
}

/// Whether the representation was changed since the date of a field; nothing if either is not
/// known.
std::optional<bool> is_modified_since(const Headers& headers,
                                      Field field,
                                      const Validators& validators) {
    const auto text = headers.get(field);
    if (!text || !validators.exists || !validators.last_modified) return std::nullopt;
    const auto date = parse_date(*text);
    if (!date) return std::nullopt;
    return *validators.last_modified > *date;
}

bool is_read(Method method) {
    return method == Method::Get || method == Method::Head;
}

}  // namespace

ConditionOutcome evaluate_conditions(Method method,
                                     const Headers& headers,
                                     const Validators& validators) {
    constexpr Headers::Mask kConditions = Headers::mask_of(
        Field::IfMatch, Field::IfModifiedSince, Field::IfNoneMatch, Field::IfUnmodifiedSince);
    const bool meaningless =
        method == Method::Connect || method == Method::Options || method == Method::Trace;
    if (meaningless || !headers.contains_any(kConditions)) return ConditionOutcome::Proceed;
    if (headers.contains(Field::IfMatch)) {
        if (!any_matches(headers, Field::IfMatch, validators, matches_strongly)) {
            return ConditionOutcome::PreconditionFailed;
        }
    } else if (is_modified_since(headers, Field::IfUnmodifiedSince, validators) == true) {
        return ConditionOutcome::PreconditionFailed;
    }
    if (headers.contains(Field::IfNoneMatch)) {
        if (any_matches(headers, Field::IfNoneMatch, validators, matches_weakly)) {
            return is_read(method) ? ConditionOutcome::NotModified
                                   : ConditionOutcome::PreconditionFailed;
        }
    } else if (is_read(method) &&
               is_modified_since(headers, Field::IfModifiedSince, validators) == false) {
        return ConditionOutcome::NotModified;
    }
    return ConditionOutcome::Proceed;
}

bool matches_if_range(std::string_view if_range, const Validators& validators) {
    if (!validators.exists) return false;
    if (const auto tag = parse_entity_tag(if_range)) {
        return validators.etag && matches_strongly(*tag, *validators.etag);
    }
    const auto date = parse_date(trim(if_range));
    return date && validators.last_modified && *date == *validators.last_modified;
}

}  // namespace indrik::http
