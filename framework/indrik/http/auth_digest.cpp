// Digest authentication (RFC 7616).

#include <algorithm>
#include <initializer_list>
#include <stdexcept>

#include "indrik/core/crypto.hpp"
#include "indrik/core/encoding.hpp"
#include "indrik/http/auth.hpp"
#include "indrik/http/detail/parameters.hpp"
#include "indrik/http/tokens.hpp"

namespace indrik::http {

namespace {

constexpr std::string_view kScheme = "Digest ";
constexpr std::string_view kSchemeNames[] = {"MD5",
                                             "MD5-sess",
                                             "SHA-256",
                                             "SHA-256-sess",
                                             "SHA-512-256",
                                             "SHA-512-256-sess",
                                             "SHA-512",
                                             "SHA-512-sess"};
constexpr std::size_t kCountDigits = 8;

/// A parameter that somebody waits for, and where it goes.
struct Wanted {
    std::string_view name;
    std::string* place;
    bool found = false;
};

/// Reads `Digest name=value, name="value"`. False if it is malformed or repeats a wanted one.
bool parse_parameters(std::string_view text, std::initializer_list<Wanted*> wanted) {
    std::string_view rest = trim(text);
    if (!equal_ignoring_case(rest.substr(0, kScheme.size()), kScheme)) return false;
    rest.remove_prefix(kScheme.size());
    for (rest = trim(rest); !rest.empty(); rest = trim(rest)) {
        if (rest.front() == ',') {
            rest.remove_prefix(1);
            continue;
        }
        const std::string_view name = detail::take_token(rest);
        rest = trim(rest);
        if (name.empty() || rest.empty() || rest.front() != '=') return false;
        rest = trim(rest.substr(1));
        auto value = detail::take_value(rest);
        rest = trim(rest);
        if (!value || (!rest.empty() && rest.front() != ',')) return false;
        for (Wanted* const one : wanted) {
            if (!equal_ignoring_case(one->name, name)) continue;
            if (one->found) return false;
            one->found = true;
            *one->place = std::move(*value);
            break;
        }
    }
    return true;
}

DigestAlgorithm algorithm_of(DigestScheme scheme) {
    switch (scheme) {
        case DigestScheme::MD5:
        case DigestScheme::MD5Session:
            return DigestAlgorithm::MD5;
        case DigestScheme::SHA256:
        case DigestScheme::SHA256Session:
            return DigestAlgorithm::SHA256;
        case DigestScheme::SHA512_256:
        case DigestScheme::SHA512_256Session:
            return DigestAlgorithm::SHA512_256;
        case DigestScheme::SHA512:
        case DigestScheme::SHA512Session:
            break;
    }
    return DigestAlgorithm::SHA512;
}

bool is_session(DigestScheme scheme) {
    return scheme == DigestScheme::MD5Session || scheme == DigestScheme::SHA256Session ||
           scheme == DigestScheme::SHA512_256Session || scheme == DigestScheme::SHA512Session;
}

std::string_view to_string(DigestQOP qop) {
    return qop == DigestQOP::AuthInt ? "auth-int" : "auth";
}

/// The digest, in hexadecimal digits, of texts with colons between them.
std::string hash(DigestScheme scheme, std::initializer_list<std::string_view> texts) {
    Digest hash(algorithm_of(scheme));
    bool is_first = true;
    for (const std::string_view text : texts) {
        if (!is_first) hash.update(":");
        hash.update(text);
        is_first = false;
    }
    return hex_encode(hash.finish());
}

bool is_hex(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char digit) { return hex_value(digit) >= 0; });
}

/// Only MD5 may go unnamed.
std::optional<DigestScheme> scheme_named(const Wanted& algorithm) {
    if (!algorithm.found) return DigestScheme::MD5;
    return parse_digest_scheme(*algorithm.place);
}

bool parse_qop(const Wanted& qop, DigestQOP& out) {
    if (!qop.found) {
        out = DigestQOP::None;
    } else if (equal_ignoring_case(*qop.place, "auth")) {
        out = DigestQOP::Auth;
    } else if (equal_ignoring_case(*qop.place, "auth-int")) {
        out = DigestQOP::AuthInt;
    } else {
        return false;
    }
    return true;
}

void append_parameter(std::string& text, std::string_view name, std::string_view value) {
    if (!is_field_value(value)) {
        throw std::invalid_argument("control characters have no place in authentication fields");
    }
    if (text.size() > kScheme.size()) text += ", ";
    text.append(name).append("=").append(value);
}

void append_quoted(std::string& text, std::string_view name, std::string_view value) {
    append_parameter(text, name, detail::quote(value));
}

}  // namespace

std::string_view to_string(DigestScheme scheme) {
    return kSchemeNames[static_cast<std::size_t>(scheme)];
}

std::optional<DigestScheme> parse_digest_scheme(std::string_view text) {
    for (std::size_t i = 0; i < std::size(kSchemeNames); ++i) {
        if (equal_ignoring_case(text, kSchemeNames[i])) return static_cast<DigestScheme>(i);
    }
    return std::nullopt;
}

std::optional<DigestCredentials> parse_digest_credentials(std::string_view authorization) {
    DigestCredentials credentials;
    std::string algorithm_text;
    std::string qop_text;
    std::string user_hash_text;
    Wanted user_name{"username", &credentials.user_name};
    Wanted realm{"realm", &credentials.realm};
    Wanted nonce{"nonce", &credentials.nonce};
    Wanted uri{"uri", &credentials.uri};
    Wanted response{"response", &credentials.response};
    Wanted cnonce{"cnonce", &credentials.cnonce};
    Wanted opaque{"opaque", &credentials.opaque};
    Wanted count{"nc", &credentials.nc};
    Wanted algorithm{"algorithm", &algorithm_text};
    Wanted qop{"qop", &qop_text};
    Wanted user_hash{"userhash", &user_hash_text};
    const bool good = parse_parameters(authorization,
                                       {&user_name,
                                        &realm,
                                        &nonce,
                                        &uri,
                                        &response,
                                        &cnonce,
                                        &opaque,
                                        &count,
                                        &algorithm,
                                        &qop,
                                        &user_hash});
    const auto scheme = scheme_named(algorithm);
    if (!good || !scheme || !parse_qop(qop, credentials.qop)) return std::nullopt;
    credentials.scheme = *scheme;
    credentials.user_hash = equal_ignoring_case(user_hash_text, "true");
    const bool complete =
        user_name.found && realm.found && nonce.found && uri.found && response.found;
    if (!complete || !is_hex(credentials.response)) return std::nullopt;
    if (credentials.qop == DigestQOP::None) {
        // Without qop there is neither count nor cnonce, but that a session is bound to one.
        if (count.found || cnonce.found != is_session(*scheme)) return std::nullopt;
    } else if (!cnonce.found || credentials.nc.size() != kCountDigits || !is_hex(credentials.nc)) {
        return std::nullopt;
    }
    return credentials;
}

std::optional<DigestChallenge> parse_digest_challenge(std::string_view www_authenticate) {
    DigestChallenge challenge;
    std::string algorithm_text;
    std::string qop_text;
    std::string stale_text;
    Wanted realm{"realm", &challenge.realm};
    Wanted nonce{"nonce", &challenge.nonce};
    Wanted opaque{"opaque", &challenge.opaque};
    Wanted algorithm{"algorithm", &algorithm_text};
    Wanted qop{"qop", &qop_text};
    Wanted stale{"stale", &stale_text};
    const bool good =
        parse_parameters(www_authenticate, {&realm, &nonce, &opaque, &algorithm, &qop, &stale});
    const auto scheme = scheme_named(algorithm);
    if (!good || !scheme || !realm.found || !nonce.found) return std::nullopt;
    challenge.scheme = *scheme;
    challenge.auth = list_contains(qop_text, "auth");
    challenge.auth_int = list_contains(qop_text, "auth-int");
    challenge.stale = equal_ignoring_case(stale_text, "true");
    if (qop.found && !challenge.auth && !challenge.auth_int) return std::nullopt;
    return challenge;
}

std::string format_digest_credentials(const DigestCredentials& credentials) {
    std::string text(kScheme);
    append_quoted(text, "username", credentials.user_name);
    append_quoted(text, "realm", credentials.realm);
    append_quoted(text, "nonce", credentials.nonce);
    append_quoted(text, "uri", credentials.uri);
    append_parameter(text, "algorithm", to_string(credentials.scheme));
    append_quoted(text, "response", credentials.response);
    if (!credentials.opaque.empty()) append_quoted(text, "opaque", credentials.opaque);
    if (credentials.qop != DigestQOP::None) {
        append_parameter(text, "qop", to_string(credentials.qop));
        append_parameter(text, "nc", credentials.nc);
    }
    if (credentials.qop != DigestQOP::None || is_session(credentials.scheme)) {
        append_quoted(text, "cnonce", credentials.cnonce);
    }
    if (credentials.user_hash) append_parameter(text, "userhash", "true");
    return text;
}

std::string format_digest_challenge(const DigestChallenge& challenge) {
    std::string text(kScheme);
    append_quoted(text, "realm", challenge.realm);
    if (challenge.auth || challenge.auth_int) {
        const bool both = challenge.auth && challenge.auth_int;
        append_quoted(text, "qop", both ? "auth, auth-int" : challenge.auth ? "auth" : "auth-int");
    }
    append_parameter(text, "algorithm", to_string(challenge.scheme));
    append_quoted(text, "nonce", challenge.nonce);
    if (!challenge.opaque.empty()) append_quoted(text, "opaque", challenge.opaque);
    if (challenge.stale) append_parameter(text, "stale", "true");
    return text;
}

std::string digest_secret(DigestScheme scheme,
                          std::string_view user_name,
                          std::string_view realm,
                          std::string_view password) {
    return hash(scheme, {user_name, realm, password});
}

std::string digest_user_hash(DigestScheme scheme,
                             std::string_view user_name,
                             std::string_view realm) {
    return hash(scheme, {user_name, realm});
}

std::string digest_response(const DigestCredentials& credentials,
                            std::string_view secret,
                            std::string_view method,
                            std::string_view body) {
    const DigestScheme scheme = credentials.scheme;
    std::string first(secret);
    if (is_session(scheme)) first = hash(scheme, {secret, credentials.nonce, credentials.cnonce});
    const std::string second = credentials.qop == DigestQOP::AuthInt
                                   ? hash(scheme, {method, credentials.uri, hash(scheme, {body})})
                                   : hash(scheme, {method, credentials.uri});
    if (credentials.qop == DigestQOP::None) return hash(scheme, {first, credentials.nonce, second});
    return hash(scheme,
                {first,
                 credentials.nonce,
                 credentials.nc,
                 credentials.cnonce,
                 to_string(credentials.qop),
                 second});
}

bool verify_digest(const DigestCredentials& credentials,
                   std::string_view secret,
                   std::string_view method,
                   std::string_view target,
                   std::string_view body) {
    std::string given = credentials.response;
    for (char& digit : given) digit = to_lower(digit);
    const std::string expected = digest_response(credentials, secret, method, body);
    return equal_in_constant_time(given, expected) && credentials.uri == target;
}

}  // namespace indrik::http
