#pragma once
// HTTP authentication: Basic (RFC 7617), Bearer (RFC 6750) and Digest (RFC 7616), both ends.
//
//   if (auto basic = parse_basic(*headers.get(Field::Authorization))) check(basic->user_name, ...);
//   headers.append(Field::WWWAuthenticate, format_basic_challenge("admin"));
//
//   auto digest = parse_digest_credentials(authorization);
//   if (digest && my_nonce(digest->nonce) && verify_digest(*digest, secret, "GET", target)) ...
//
// Nonces are the caller's: when one is too old, and that the counts of one only grow.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace indrik::http {

struct BasicCredentials {
    std::string user_name;
    std::string password;

    friend bool operator==(const BasicCredentials&, const BasicCredentials&) = default;
};

/// Nothing if the value of an Authorization field is not of that scheme, or its Base64 is not
/// strict, has no colon, or has control characters in it.
std::optional<BasicCredentials> parse_basic(std::string_view authorization);
/// Errors: std::invalid_argument if the user name holds a colon, or either a control character.
std::string format_basic(std::string_view user_name, std::string_view password);
/// The token of `Bearer TOKEN`. Lifetime: a view into the text.
std::optional<std::string_view> parse_bearer(std::string_view authorization);

/// Values of WWW-Authenticate. Errors: std::invalid_argument if a text holds control characters.
std::string format_basic_challenge(std::string_view realm);
/// `error`: "" or one of RFC 6750, as "invalid_token".
std::string format_bearer_challenge(std::string_view realm, std::string_view error = "");

enum class DigestScheme : std::uint8_t {
    MD5,
    MD5Session,
    SHA256,
    SHA256Session,
    SHA512_256,
    SHA512_256Session,
    SHA512,  // in no standard, but in clients that predate it
    SHA512Session,
};

/// "SHA-256-sess" and so on. Lifetime: static.
std::string_view to_string(DigestScheme scheme);
/// Without regard to case.
std::optional<DigestScheme> parse_digest_scheme(std::string_view text);

enum class DigestQOP : std::uint8_t {
    None,  // of RFC 2069: no count, no cnonce
    Auth,
    AuthInt,  // the body is protected as well
};

/// What a server asks. Several with different schemes are sent as several fields, the best first.
struct DigestChallenge {
    std::string realm;
    std::string nonce;
    std::string opaque;  // "" is left out
    DigestScheme scheme = DigestScheme::SHA256;
    bool auth = true;  // which kinds of protection are offered
    bool auth_int = false;
    bool stale = false;  // the password was right, the nonce too old

    friend bool operator==(const DigestChallenge&, const DigestChallenge&) = default;
};

/// What a client answers.
struct DigestCredentials {
    std::string user_name;
    std::string realm;
    std::string nonce;
    std::string uri;
    std::string response;
    std::string cnonce;
    std::string opaque;
    std::string nc;  // eight hexadecimal digits; "" with DigestQOP::None
    DigestScheme scheme = DigestScheme::MD5;
    DigestQOP qop = DigestQOP::None;
    bool user_hash = false;  // user_name is digest_user_hash() of it

    friend bool operator==(const DigestCredentials&, const DigestCredentials&) = default;
};

/// Nothing if it is malformed, repeats a parameter, lacks one that is required, or has an unknown
/// scheme or qop.
std::optional<DigestCredentials> parse_digest_credentials(std::string_view authorization);
/// Of a field with one challenge.
std::optional<DigestChallenge> parse_digest_challenge(std::string_view www_authenticate);
/// Errors: std::invalid_argument if a text holds control characters.
std::string format_digest_credentials(const DigestCredentials& credentials);
std::string format_digest_challenge(const DigestChallenge& challenge);

/// H(user:realm:password) in hexadecimal digits: what a server stores instead of the password.
std::string digest_secret(DigestScheme scheme,
                          std::string_view user_name,
                          std::string_view realm,
                          std::string_view password);
/// H(user:realm) in hexadecimal digits.
std::string digest_user_hash(DigestScheme scheme,
                             std::string_view user_name,
                             std::string_view realm);
/// The response that belongs to the other members of `credentials`. `body` counts with
/// DigestQOP::AuthInt only.
std::string digest_response(const DigestCredentials& credentials,
                            std::string_view secret,
                            std::string_view method,
                            std::string_view body = "");
/// Whether the response is right, and is for this request: `target` is what stood in the request
/// line. Takes the same time wherever the response is wrong. The realm and nonce are for the caller
/// to check.
bool verify_digest(const DigestCredentials& credentials,
                   std::string_view secret,
                   std::string_view method,
                   std::string_view target,
                   std::string_view body = "");

}  // namespace indrik::http
