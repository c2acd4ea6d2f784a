#pragma once
// Universally unique identifiers (RFC 9562).
//
//   const auto id = parse_uuid("f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
//   if (id) use(id->to_string());

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace indrik {

/// Value type of sixteen octets; the nil UUID by default.
class UUID {
public:
    using Bytes = std::array<std::uint8_t, 16>;
    static constexpr std::size_t kTextSize = 36;

    constexpr UUID() = default;
    explicit constexpr UUID(const Bytes& bytes) : bytes_(bytes) {}

    constexpr const Bytes& bytes() const { return bytes_; }
    constexpr bool is_nil() const { return bytes_ == Bytes{}; }
    /// In lower case with its four hyphens.
    std::string to_string() const;

    friend constexpr bool operator==(const UUID&, const UUID&) = default;
    friend constexpr auto operator<=>(const UUID&, const UUID&) = default;

private:
    Bytes bytes_{};
};

/// Reads the form of 36 characters, in either case; nothing else is one.
std::optional<UUID> parse_uuid(std::string_view text);

}  // namespace indrik

template <>
struct std::hash<indrik::UUID> {
    std::size_t operator()(const indrik::UUID& id) const noexcept {
        const auto& bytes = id.bytes();
        return std::hash<std::string_view>()(
            std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    }
};
