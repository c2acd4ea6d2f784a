#include "indrik/sessions/payload.hpp"

#include <charconv>
#include <cstdint>

#include "indrik/json/reader.hpp"
#include "indrik/json/text_writer.hpp"

namespace indrik::sessions {
namespace {

constexpr std::int64_t kLatestSecond = 253402300799;  // the year 9999

/// A whole number of seconds that a date may have.
bool read_seconds(json::Reader& reader, Seconds& seconds) {
    std::string_view number;
    if (reader.peek() != json::Kind::Number || !reader.read_number(number)) return false;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    // Python's clock may have left a fraction.
    if (error != std::errc() || (end != number.data() + number.size() && *end != '.')) return false;
    seconds = Seconds(value);
    return value >= 0 && value <= kLatestSecond;
}

/// `rest` begins with the value of the last member. What is in it is read by whoever uses it.
bool take_data(std::string_view rest, Record& record) {
    const std::size_t end = rest.find_last_not_of(" \t\r\n");
    if (end == std::string_view::npos || rest[end] != '}') return false;
    const std::string_view data = rest.substr(0, end);
    const std::size_t begin = data.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos || data[begin] != '{') return false;
    record.data.assign(data.substr(begin));
    return true;
}

}  // namespace

std::string format_payload(const Record& record) {
    std::string text;
    text.reserve(record.data.size() + 80);
    text += "{\"created\": ";
    json::append_integer(text, std::int64_t{record.created.time_since_epoch().count()});
    if (record.own_max_age) {
        text += ", \"max_age\": ";
        json::append_integer(text, std::int64_t{record.own_max_age->count()});
    }
    text += ", \"session\": ";
    text += record.data;
    text += '}';
    return text;
}

bool parse_payload(std::string_view text, Record& record) {
    json::Reader reader(text);
    if (reader.peek() != json::Kind::Map || !reader.begin_object()) return false;
    bool has_created = false;
    std::string space;
    record.own_max_age.reset();
    while (const auto name = reader.next_member(space)) {
        Seconds seconds{};
        if (*name == "created") {
            if (!read_seconds(reader, seconds)) return false;
            record.created = Time(seconds);
            has_created = true;
        } else if (*name == "max_age") {
            if (!read_seconds(reader, seconds)) return false;
            record.own_max_age = seconds;
        } else if (*name == "session") {
            return has_created && take_data(text.substr(reader.position()), record);
        } else if (!reader.skip()) {
            return false;
        }
    }
    return false;
}

}  // namespace indrik::sessions
