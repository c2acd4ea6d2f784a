#include "indrik/json/detail/decoder.hpp"

#include <utility>

#include "indrik/json/detail/convert.hpp"

namespace indrik::json::detail {

bool convert_bool(std::string_view text, bool& value) {
    if (text == "true" || text == "1" || text == "on" || text == "yes") {
        value = true;
    } else if (text == "false" || text == "0" || text == "off" || text == "no") {
        value = false;
    } else {
        return false;
    }
    return true;
}

bool Decoder::expect(Kind kind, std::string_view expectation, const Path& path) {
    const Kind found = peek();
    if (found == kind) return true;
    if (found != Kind::None) refuse(expectation, path);
    return false;
}

void Decoder::refuse(std::string_view expectation, const Path& path) {
    const Kind found = peek();
    if (found == Kind::None) return;
    std::string message(expectation);
    message += ", got ";
    message += kind_name(found);
    report(path, std::move(message));
    reader_.skip();
}

bool Decoder::read(bool& value, const Path& path) {
    return expect(Kind::Bool, "expected a boolean", path) && reader_.read_bool(value);
}

bool Decoder::read(std::string& value, const Path& path) {
    return expect(Kind::Text, "expected a string", path) && reader_.read_string(value);
}

bool Decoder::read_view(std::string_view& value, std::string_view expectation, const Path& path) {
    return expect(Kind::Text, expectation, path) && reader_.read_string(value, space_);
}

bool Decoder::read_number(std::string_view& number,
                          std::string_view expectation,
                          const Path& path) {
    return expect(Kind::Number, expectation, path) && reader_.read_number(number);
}

bool Decoder::read(Value& value, const Path& path) {
    if (peek() == Kind::None) return false;
    const std::size_t begin = reader_.position();
    if (!reader_.skip()) return false;
    auto parsed = parse(reader_.text().substr(begin, reader_.position() - begin));
    if (!parsed) {
        report(path, "cannot be read: " + parsed.error().message());
        return false;
    }
    value = std::move(*parsed);
    return true;
}

bool Decoder::take_null() {
    return peek() == Kind::Null && reader_.read_null();
}

Problems Decoder::finish() {
    if (reader_.has_failed() || (!problems_.is_full() && !reader_.finish())) {
        problems_.set_malformed(reader_.error());
    }
    return std::move(problems_);
}

Decoder::Trial::Trial(Decoder& decoder)
    : decoder_(decoder),
      reader_(decoder.reader_),
      problems_(std::exchange(decoder.problems_, Problems())) {}

bool Decoder::Trial::finish() {
    std::swap(problems_, decoder_.problems_);  // ours are those of the trial now
    if (problems_.empty() || decoder_.reader_.has_failed()) return true;
    Reader& reader = decoder_.reader_;
    decoder_.tried_bytes_ += reader.position() - reader_.position();
    reader = reader_;
    if (decoder_.tried_bytes_ > reader.text().size() * kTrialFactor) {
        reader.abandon("too many values that could be one of several forms");
    }
    return false;
}

}  // namespace indrik::json::detail
