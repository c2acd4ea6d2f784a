#pragma once
// Numbers and strings in a row, as the nodes of one host exchange them.

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace indrik::pubsub::detail {

/// In the byte order of the host: both ends are on it.
template <class Number>
void put(std::string& out, Number number) {
    char bytes[sizeof number];
    std::memcpy(bytes, &number, sizeof number);
    out.append(bytes, sizeof number);
}

inline void put_text(std::string& out, std::string_view text) {
    put(out, static_cast<std::uint32_t>(text.size()));
    out.append(text);
}

/// Takes them off again. What is missing is nothing.
class WireReader {
public:
    explicit WireReader(std::string_view bytes) : rest_(bytes) {}

    bool empty() const { return rest_.empty(); }
    std::string_view rest() const { return rest_; }

    template <class Number>
    std::optional<Number> take() {
        if (rest_.size() < sizeof(Number)) return std::nullopt;
        Number number;
        std::memcpy(&number, rest_.data(), sizeof number);
        rest_.remove_prefix(sizeof number);
        return number;
    }
    std::optional<std::string_view> take_text() {
        const std::optional<std::uint32_t> size = take<std::uint32_t>();
        if (!size || rest_.size() < *size) return std::nullopt;
        const std::string_view text = rest_.substr(0, *size);
        rest_.remove_prefix(*size);
        return text;
    }

private:
    std::string_view rest_;
};

}  // namespace indrik::pubsub::detail
