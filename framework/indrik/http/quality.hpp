#pragma once
// What a client prefers: Accept, Accept-Encoding, Accept-Language and their like, lists with
// weights (RFC 9110 section 12.4 and 12.5).
//
//   Preferences accept(PreferenceKind::MediaType, "text/html, application/json;q=0.9, */*;q=0.1");
//   accept.best_of({"application/json", "text/plain"});               // "application/json"
//   accept.quality("image/png");                                      // 100

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace indrik::http {

/// How an element of the list matches an offer; the closest match counts, not the best weight.
enum class PreferenceKind : std::uint8_t {
    Token,      // the same word, or "*": codings, charsets
    MediaType,  // "text/html;level=1", "text/html", "text/*", "*/*"
    Language,   // "en-GB", "en" for whatever begins with "en-", "*"; and for want of any of these
                // "en-GB" for "en" (RFC 4647 section 3.4)
};

/// The elements of such a list. Lifetime: views into the parsed text.
class Preferences {
public:
    struct Element {
        std::string_view value;       // without parameters, as it was written
        std::string_view parameters;  // those before the weight, from the first semicolon; or ""
        std::uint16_t quality;        // 0 to 1000
    };
    using const_iterator = std::vector<Element>::const_iterator;

    /// Elements with a malformed weight are left out, as are those beyond kMaxElements. Of a field
    /// that came in several lines, the others are joined by add().
    Preferences(PreferenceKind kind, std::string_view text) : kind_(kind) { add(text); }
    void add(std::string_view text);

    std::size_t size() const { return elements_.size(); }
    bool empty() const { return elements_.empty(); }
    const_iterator begin() const { return elements_.begin(); }
    const_iterator end() const { return elements_.end(); }

    /// The weight of what would be sent, 0 to 1000; 0 means that the client refuses it. Nothing if
    /// no element says anything of it.
    std::optional<unsigned> find(std::string_view offer) const;
    /// The same, where what is not mentioned is refused, and an empty list accepts everything.
    unsigned quality(std::string_view offer) const;
    /// The offer with the highest weight; the first of those that have the same. Nothing if all are
    /// refused. Lifetime: that of the offers.
    std::optional<std::string_view> best_of(std::span<const std::string_view> offers) const;
    std::optional<std::string_view> best_of(std::initializer_list<std::string_view> offers) const {
        return best_of(std::span<const std::string_view>(offers.begin(), offers.size()));
    }

    static constexpr std::size_t kMaxElements = 100;

private:
    PreferenceKind kind_;
    std::vector<Element> elements_;
};

}  // namespace indrik::http
