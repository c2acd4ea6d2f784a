#pragma once
// Percent-encoding (RFC 3986 section 2.1) and query strings.
//
//   auto path = percent_decode(head.path);                    // an error if malformed
//   auto query = parse_query(head.query);                     // "q=a+b&q=c&empty="
//   query->get("q");  query->get_all("q");

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "indrik/core/result.hpp"
#include "indrik/http/errors.hpp"
#include "indrik/http/parameter_value.hpp"

namespace indrik::http {

/// Where encoded text is to stand; decides what is left as it is.
enum class URLComponent : std::uint8_t {
    Unreserved,  // only letters, digits and "-._~" stay: safe everywhere
    Segment,     // one segment of a path
    Path,        // a path: as Segment, and '/'
    Query,       // one name or value of a query: space becomes %20, and '+', '&', '=' are encoded
};

/// Bytes of the result are not checked to be UTF-8. Errors: BadPercentEncoding for '%' without two
/// hexadecimal digits.
Result<std::string> percent_decode(std::string_view text);
std::string percent_encode(std::string_view text, URLComponent component);

/// The parameters of a query or of a form: ordered, names may repeat and compare with regard to
/// case. Value type.
class QueryParameters {
public:
    using Parameter = std::pair<std::string, std::string>;
    using value_type = Parameter;
    using const_iterator = std::vector<Parameter>::const_iterator;

    std::size_t size() const { return parameters_.size(); }
    bool empty() const { return parameters_.empty(); }
    const_iterator begin() const { return parameters_.begin(); }
    const_iterator end() const { return parameters_.end(); }
    const Parameter& operator[](std::size_t index) const { return parameters_[index]; }

    bool contains(std::string_view name) const;
    /// The first value. Lifetime: until the object is changed.
    std::optional<std::string_view> get(std::string_view name) const;
    std::string_view get(std::string_view name, std::string_view otherwise) const;
    /// The first value as a number or a bool: `query.get<int>("page", 1)`. What is not there or no T is nothing, or `otherwise`;
    /// a handler that takes web::Query<T> refuses it instead, and names the field.
    template <class T>
    std::optional<T> get(std::string_view name) const {
        const std::optional<std::string_view> text = get(name);
        return text ? parse_parameter<T>(*text) : std::nullopt;
    }
    template <class T, class = std::enable_if_t<std::is_arithmetic_v<T>>>
    T get(std::string_view name, T otherwise) const {
        return get<T>(name).value_or(std::move(otherwise));
    }
    /// Every value, in order.
    std::vector<std::string_view> get_all(std::string_view name) const;

    void append(std::string name, std::string value) {
        parameters_.emplace_back(std::move(name), std::move(value));
    }

    friend bool operator==(const QueryParameters&, const QueryParameters&) = default;

private:
    std::vector<Parameter> parameters_;
};

/// Beyond it: TooManyParameters.
inline constexpr std::size_t kMaxQueryParameters = 1000;

/// Takes a query or form apart: '&' separates, '+' is a space, blank values and names without '='
/// are kept (with the value ""), empty pairs are skipped. As in browsers, a '%' without two
/// hexadecimal digits behind it stands for itself.
Result<QueryParameters> parse_query(std::string_view text,
                                    std::size_t max_parameters = kMaxQueryParameters);
/// The text that parse_query reads back.
std::string format_query(const QueryParameters& parameters);

}  // namespace indrik::http
