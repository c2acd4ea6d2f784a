#include "indrik/sessions/signed_token.hpp"

#include <charconv>
#include <cstdint>

#include "indrik/core/encoding.hpp"

namespace indrik::sessions {
namespace {

constexpr std::int64_t kLatestSecond = 253402300799;  // the year 9999

/// A cookie's name has no '=', so that no other name and text make the same.
std::string signed_text(std::string_view name, std::string_view part) {
    std::string text(name);
    text += '=';
    text += part;
    return text;
}

}  // namespace

SignedToken::SignedToken(const Keys& keys) {
    for (const std::string& key : keys.bytes()) {
        keys_.emplace_back(DigestAlgorithm::SHA256,
                           hmac(DigestAlgorithm::SHA256, key, "indrik session HMAC-SHA256"));
    }
}

std::string SignedToken::seal(std::string_view name, Time time, std::string_view text) {
    std::string token = base64url_encode(text);
    token += '.';
    token += std::to_string(time.time_since_epoch().count());
    const std::string mac = keys_.front()(signed_text(name, token));
    token += '.';
    token += base64url_encode(mac);
    return token;
}

Load SignedToken::open(std::string_view name,
                       std::string_view token,
                       Time& time,
                       std::string& text) {
    const std::size_t mac_dot = token.rfind('.');
    if (mac_dot == std::string_view::npos || mac_dot == 0) return Load::Malformed;
    const std::string_view signed_part = token.substr(0, mac_dot);
    const std::size_t time_dot = signed_part.rfind('.');
    const auto mac = base64url_decode(token.substr(mac_dot + 1));
    if (time_dot == std::string_view::npos || !mac) return Load::Malformed;
    const std::string_view digits = signed_part.substr(time_dot + 1);
    std::int64_t seconds = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
    if (error != std::errc() || end != digits.data() + digits.size() || seconds < 0 ||
        seconds > kLatestSecond)
        return Load::Malformed;
    auto plain = base64url_decode(signed_part.substr(0, time_dot));
    if (!plain) return Load::Malformed;
    const std::string whole = signed_text(name, signed_part);
    for (KeyedDigest& key : keys_) {
        if (!equal_in_constant_time(key(whole), *mac)) continue;
        time = Time(Seconds(seconds));
        text = std::move(*plain);
        return Load::Found;
    }
    return Load::Forged;
}

}  // namespace indrik::sessions
