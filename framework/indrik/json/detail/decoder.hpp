#pragma once
// What reading a described struct needs besides its type: the text, the mistakes so far, and the steps that are the same
// for all types.

#include <cstdint>
#include <string>
#include <string_view>

#include "indrik/json/problems.hpp"
#include "indrik/json/reader.hpp"

namespace indrik::json::detail {

class Decoder {
public:
    Decoder(std::string_view text, std::size_t max_depth) : reader_(text, max_depth) {}

    Reader& reader() { return reader_; }
    /// Whether reading makes sense any longer.
    bool is_going() const { return !reader_.has_failed() && !problems_.is_full(); }
    Kind peek() { return is_going() ? reader_.peek() : Kind::None; }

    /// Whether a value of that kind comes. Another one is reported and skipped.
    bool expect(Kind kind, std::string_view expectation, const Path& path);
    /// Reports the value that comes, and skips it.
    void refuse(std::string_view expectation, const Path& path);
    void report(const Path& path, std::string message) { problems_.add(path, std::move(message)); }

    // Each takes a value, or reports and skips it.
    bool read(bool& value, const Path& path);
    bool read(std::string& value, const Path& path);
    /// Lifetime: until the next text is read.
    bool read_view(std::string_view& value, std::string_view expectation, const Path& path);
    bool read_number(std::string_view& number, std::string_view expectation, const Path& path);
    bool read(Value& value, const Path& path);
    /// Whether it is a null, which is taken then.
    bool take_null();

    /// Puts the end of the whole text behind its value, and returns the mistakes.
    Problems finish();

    /// Reads on tentatively: what is reported from here on counts only if it is kept.
    class Trial {
    public:
        explicit Trial(Decoder& decoder);
        Trial(const Trial&) = delete;
        Trial& operator=(const Trial&) = delete;
        /// Whether all went well; else the decoder is where it was. A malformed text stays malformed.
        bool finish();

    private:
        Decoder& decoder_;
        Reader reader_;
        Problems problems_;
    };

private:
    /// Alternatives may be tried again and again at every level of a text; its size bounds how much.
    static constexpr std::size_t kTrialFactor = 16;

    Reader reader_;
    Problems problems_;
    std::string space_;
    std::size_t tried_bytes_ = 0;
};

}  // namespace indrik::json::detail
