#pragma once
// Described structs (describe.hpp) to JSON text and back, without a tree between.
//
//   struct Project {
//       int id = 0;
//       std::string title;
//       std::optional<std::string> note;
//   };
//   INDRIK_DESCRIBE(Project, id, title, note)
//
//   std::string text = json::to_text(Project{1, "Indrik", {}});       // {"id":1,"title":"Indrik","note":null}
//   json::Decoded<Project> project = json::from_text<Project>(text);
//   if (!project) log(project.error().to_string());                   // "/title: expected a string, got a number"
//
// Forms: numbers, booleans and strings are themselves; enumerations their names; std::chrono::sys_seconds is RFC 3339;
// std::optional may be null; vector, list, deque and set are arrays, as are array, pair and tuple with their fixed size; maps
// with string keys and described structs are objects; std::variant is what its alternative is; json::Value is anything.
//
// Reading is strict: every member but std::optional is required, null fits optionals only, an integer has neither fraction nor
// exponent and must fit its type, a name may come once. Members that are not described are ignored. StructOptions changes some
// of that for a struct. Of a variant, the first alternative that fits is taken.

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "indrik/json/describe.hpp"
#include "indrik/json/detail/read.hpp"
#include "indrik/json/detail/write.hpp"
#include "indrik/json/problems.hpp"

namespace indrik::json {

class ReadOptions {
public:
    static constexpr std::size_t kMaxTextBytes = std::size_t{16} << 20;

    /// Objects and arrays within each other; kMaxDepth (64) unless said otherwise.
    ReadOptions& max_depth(std::size_t depth) {
        max_depth_ = depth;
        return *this;
    }
    /// Longer texts are malformed; 16 MiB unless said otherwise.
    ReadOptions& max_text_bytes(std::size_t bytes) {
        max_text_bytes_ = bytes;
        return *this;
    }
    std::size_t max_depth() const { return max_depth_; }
    std::size_t max_text_bytes() const { return max_text_bytes_; }

private:
    std::size_t max_depth_ = kMaxDepth;
    std::size_t max_text_bytes_ = kMaxTextBytes;
};

/// Appends a described struct, or anything else that has a JSON form. Strings that are not UTF-8 get U+FFFD in place of each
/// wrong byte; numbers that are not finite are null.
template <class T>
void append_text(std::string& out, const T& value) {
    detail::write(out, value);
}

template <class T>
std::string to_text(const T& value) {
    std::string text;
    text.reserve(64);
    detail::write(text, value);
    return text;
}

/// Errors: at most Problems::kMaxProblems of them, in the text's order; if it is malformed, only that.
template <class T>
Decoded<T> from_text(std::string_view text, const ReadOptions& options = {}) {
    if (text.size() > options.max_text_bytes()) {
        Problems problems;
        problems.set_malformed("longer than " + std::to_string(options.max_text_bytes()) +
                               " bytes");
        return problems;
    }
    detail::Decoder decoder(text, options.max_depth());
    T value{};
    detail::read(decoder, value, Path());
    Problems problems = decoder.finish();
    if (!problems.empty()) return problems;
    return value;
}

}  // namespace indrik::json
