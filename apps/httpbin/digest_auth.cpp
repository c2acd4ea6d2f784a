// Digest authentication (RFC 7616), with what httpbin adds for testing clients: cookies must come back if the query has
// require-cookie, and the nonce is called stale when it is used again after a failure, or after as many answers as the path says.
//
// Whatever nonce a client shows is taken: any worker may have made it, and they share nothing. A real service keeps them.

#include <optional>
#include <string>
#include <string_view>

#include <indrik/core/crypto.hpp>
#include <indrik/core/encoding.hpp>
#include <indrik/core/strings.hpp>
#include <indrik/http/auth.hpp>

#include "answer_cookies.hpp"
#include "describe.hpp"
#include "handlers.hpp"
#include "text.hpp"

namespace httpbin {

namespace http = indrik::http;

namespace {

constexpr std::string_view kRealm = "httpbin on Indrik";
constexpr std::string_view kProof = "fake_value";  // that the client keeps cookies
constexpr std::size_t kNonceBytes = 16;

/// What the path asks for.
struct Demand {
    http::DigestScheme scheme;
    bool auth;
    bool auth_int;
    std::string_view stale_after;
};

Demand demand_of(const web::Request& request) {
    const auto& path = request.match_info();
    const auto qop = path.find("qop");
    const auto stale_after = path.find("stale_after");
    return {http::parse_digest_scheme(path.find("algorithm")).value_or(http::DigestScheme::MD5),
            qop != "auth-int",
            qop != "auth",
            stale_after.empty() ? "never" : stale_after};
}

bool requires_cookies(const web::Request& request) {
    const std::string wanted = indrik::to_lower(request.query().get("require-cookie", ""));
    return wanted == "1" || wanted == "t" || wanted == "true";
}

web::Response challenge(const Demand& demand, bool is_stale) {
    http::DigestChallenge question;
    question.realm = kRealm;
    question.nonce = indrik::hex_encode(indrik::random_bytes(kNonceBytes));
    question.opaque = indrik::hex_encode(indrik::random_bytes(kNonceBytes));
    question.scheme = demand.scheme;
    question.auth = demand.auth;
    question.auth_int = demand.auth_int;
    question.stale = is_stale;
    web::Response response(401);
    response.header(http::Field::WWWAuthenticate, http::format_digest_challenge(question));
    add_cookie(response, "stale_after", demand.stale_after);
    add_cookie(response, "fake", kProof);
    return response;
}

web::Response missing_cookie() {
    indrik::json::Object result;
    result["errors"] = indrik::json::Array{"missing cookie set on challenge"};
    auto response = json_answer(result, 403);
    add_cookie(response, "fake", kProof);
    return response;
}

/// Whether the client has used this nonce before, or has used up its answers.
bool is_stale(const web::Request& request, const http::DigestCredentials& credentials) {
    return request.cookies().get("last_nonce") == credentials.nonce ||
           request.cookies().get("stale_after") == "0";
}

/// Whether the client answers what it was asked, and knows the password.
bool is_right(const web::Request& request,
              const Demand& demand,
              const http::DigestCredentials& credentials,
              std::string_view body) {
    const bool has_kept_qop = (credentials.qop == http::DigestQOP::Auth && demand.auth) ||
                              (credentials.qop == http::DigestQOP::AuthInt && demand.auth_int);
    if (credentials.scheme != demand.scheme || credentials.realm != kRealm || !has_kept_qop)
        return false;
    const auto user = request.match_info("user");
    const std::string name = credentials.user_hash
                                 ? http::digest_user_hash(demand.scheme, user, kRealm)
                                 : std::string(user);
    if (credentials.user_name != name) return false;
    const std::string secret =
        http::digest_secret(demand.scheme, user, kRealm, request.match_info("password"));
    return http::verify_digest(credentials, secret, request.method_name(), request.target(), body);
}

/// One answer fewer until the nonce is stale.
std::string count_down(std::string_view stale_after) {
    const auto count = parse_number<int>(stale_after);
    return count ? std::to_string(*count - 1) : "never";
}

web::Response welcome(const web::Request& request) {
    indrik::json::Object result;
    result["authenticated"] = true;
    result["user"] = as_text(request.match_info("user"));
    auto response = json_answer(result);
    add_cookie(response, "fake", kProof);
    const auto stale_after = request.cookies().get("stale_after");
    if (stale_after && !stale_after->empty())
        add_cookie(response, "stale_after", count_down(*stale_after));
    return response;
}

}  // namespace

Task<web::Response> digest_auth(web::Request& request) {
    const Demand demand = demand_of(request);
    const auto credentials =
        http::parse_digest_credentials(request.header(http::Field::Authorization));
    const bool needs_cookies = requires_cookies(request);
    if (!credentials || (needs_cookies && request.header("Cookie").empty()))
        co_return challenge(demand, false);
    if (needs_cookies && request.cookies().get("fake") != kProof) co_return missing_cookie();
    const std::string_view body = co_await request.read();
    const bool stale = is_stale(request, *credentials);
    if (stale || !is_right(request, demand, *credentials, body)) {
        auto response = challenge(demand, stale);
        add_cookie(response, "last_nonce", credentials->nonce);
        co_return response;
    }
    co_return welcome(request);
}

}  // namespace httpbin
