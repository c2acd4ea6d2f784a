// Who may ask: allowed_hosts, basic_auth, bearer_auth, digest_auth.

#include <stdexcept>

#include "indrik/http/auth.hpp"
#include "indrik/web/middlewares/allowed_hosts.hpp"
#include "indrik/web/middlewares/auth.hpp"
#include "indrik/web/middlewares/digest_auth.hpp"
#include "tests/unit/web/middlewares/middleware_test.hpp"

namespace indrik::web {
namespace {

using namespace std::chrono_literals;
using http::DigestScheme;
using testing::HasSubstr;

int status_for_host(std::string_view host) {
    return answer_of(app_with(allowed_hosts("example.com", ".example.org", "[::1]")),
                     "GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n")
        .status;
}

TEST(AllowedHosts, LetsThroughWhatIsNamed) {
    for (const char* host : {"example.com",
                             "EXAMPLE.com",
                             "example.com:8000",
                             "example.com.",
                             "example.org",
                             "a.b.example.org",
                             "[::1]:80"}) {
        EXPECT_EQ(status_for_host(host), 200) << host;
    }
}

TEST(AllowedHosts, RefusesTheRest) {
    for (const char* host : {"evil.example",
                             "a.example.com",
                             "example.com.evil.example",
                             "notexample.org",
                             "127.0.0.1",
                             ""}) {
        EXPECT_EQ(status_for_host(host), 400) << host;
    }
    const auto absolute =
        answer_of(app_with(allowed_hosts("example.com")),
                  "GET http://evil.example/ HTTP/1.1\r\nHost: example.com\r\n\r\n");
    EXPECT_EQ(absolute.status, 400);
}

TEST(AllowedHosts, BadListsAreErrors) {
    EXPECT_THROW(allowed_hosts(std::vector<std::string>()), std::invalid_argument);
    for (const char* host : {"example.com:80", "http://example.com", "a b", ""}) {
        EXPECT_THROW(allowed_hosts(host), std::invalid_argument) << host;
    }
}

Application named_app(Middleware middleware) {
    Application app;
    app.add_middleware(std::move(middleware));
    app.add_route(get("/", [](Request& request) {
        return Response().text("I am " + std::string(authenticated_user(request)));
    }));
    return app;
}

std::string with_password(std::string_view name, std::string_view password) {
    return get_request("/", "Authorization: " + http::format_basic(name, password) + "\r\n");
}

TEST(BasicAuth, LetsUsersIn) {
    const auto app = [] { return named_app(basic_auth(BasicAuth("zone").user("ann", "pass"))); };
    EXPECT_EQ(answer_of(app(), with_password("ann", "pass")).body, "I am ann");
    for (const std::string& request : {get_request("/"),
                                       with_password("ann", "pas"),
                                       with_password("anna", "pass"),
                                       with_password("annp", "ass"),
                                       get_request("/", "Authorization: Basic ***\r\n")}) {
        const auto refusal = answer_of(app(), request);
        EXPECT_EQ(refusal.status, 401);
        EXPECT_THAT(refusal.head, HasSubstr("WWW-Authenticate: Basic realm=\"zone\""));
    }
}

Task<bool> is_bob(Request&, std::string name, std::string password) {
    co_return name == "bob" && password == "builder";
}

TEST(BasicAuth, AsksTheFunctionForOthers) {
    const auto app = [] {
        return named_app(basic_auth(BasicAuth("zone").user("ann", "pass").verify(is_bob)));
    };
    EXPECT_EQ(answer_of(app(), with_password("bob", "builder")).body, "I am bob");
    EXPECT_EQ(answer_of(app(), with_password("bob", "x")).status, 401);
    EXPECT_THROW(basic_auth(BasicAuth("zone")), std::invalid_argument);
    EXPECT_THROW(basic_auth(BasicAuth("a\nb").user("a", "b")), std::invalid_argument);
}

Task<std::optional<std::string>> find_token(Request&, std::string token) {
    std::optional<std::string> user;
    if (token == "t2") user = "second";
    co_return user;
}

TEST(BearerAuth, LetsTokensIn) {
    const auto app = [] {
        return named_app(bearer_auth(BearerAuth("api").token("t1", "first").verify(find_token)));
    };
    const auto with_token = [&](std::string_view token) {
        const std::string fields = "Authorization: Bearer " + std::string(token) + "\r\n";
        return answer_of(app(), get_request("/", fields));
    };
    EXPECT_EQ(with_token("t1").body, "I am first");
    EXPECT_EQ(with_token("t2").body, "I am second");
    EXPECT_THAT(with_token("t3").head, HasSubstr("error=\"invalid_token\""));
    const auto without = answer_of(app(), get_request("/"));
    EXPECT_EQ(without.status, 401);
    EXPECT_THAT(without.head, testing::Not(HasSubstr("error=")));
}

/// A browser's side of digest authentication.
class DigestClient {
public:
    explicit DigestClient(test::ServerRun& run) : run_(run) { challenge(); }

    void challenge() {
        const auto refusal = answer_of(run_, get_request("/"));
        EXPECT_EQ(refusal.status, 401);
        take_challenge(refusal);
    }
    void take_challenge(const test::WireResponse& refusal) {
        const std::size_t at = refusal.head.find("WWW-Authenticate: ") + 18;
        const auto parsed =
            http::parse_digest_challenge(refusal.head.substr(at, refusal.head.find('\r', at) - at));
        ASSERT_TRUE(parsed);
        challenge_ = *parsed;
    }
    test::WireResponse get(std::string_view password,
                           std::string nc,
                           std::string_view target = "/") {
        http::DigestCredentials credentials;
        credentials.user_name = "ann";
        credentials.realm = challenge_.realm;
        credentials.nonce = challenge_.nonce;
        credentials.uri = target;
        credentials.cnonce = "c";
        credentials.nc = std::move(nc);
        credentials.scheme = challenge_.scheme;
        credentials.qop = http::DigestQOP::Auth;
        const std::string secret =
            http::digest_secret(credentials.scheme, "ann", challenge_.realm, password);
        credentials.response = http::digest_response(credentials, secret, "GET");
        return answer_of(
            run_,
            get_request("/",
                        "Authorization: " + http::format_digest_credentials(credentials) + "\r\n"));
    }
    http::DigestChallenge& last() { return challenge_; }

private:
    test::ServerRun& run_;
    http::DigestChallenge challenge_;
};

TEST(DigestAuth, LetsUsersIn) {
    test::ServerRun run(named_app(digest_auth(DigestAuth("zone").user("ann", "pass"))));
    DigestClient client(run);
    EXPECT_EQ(client.last().scheme, DigestScheme::SHA256);
    EXPECT_EQ(client.get("pass", "00000001").body, "I am ann");
    EXPECT_EQ(client.get("wrong", "00000002").status, 401);
    EXPECT_EQ(client.get("pass", "00000002", "/other").status, 401);
}

TEST(DigestAuth, RefusesWhatWasHeardOnTheWay) {
    test::ServerRun run(named_app(digest_auth(DigestAuth("zone").user("ann", "pass"))));
    DigestClient client(run);
    EXPECT_EQ(client.get("pass", "00000001").status, 200);
    const auto replay = client.get("pass", "00000001");
    EXPECT_EQ(replay.status, 401);
    EXPECT_THAT(replay.head, HasSubstr("stale=true"));
    client.take_challenge(replay);
    EXPECT_EQ(client.get("pass", "00000001").status, 200);
}

TEST(DigestAuth, RefusesNoncesOfOthers) {
    test::ServerRun run(named_app(digest_auth(DigestAuth("zone").user("ann", "pass"))));
    DigestClient client(run);
    client.last().nonce.back() = client.last().nonce.back() == '0' ? '1' : '0';
    EXPECT_EQ(client.get("pass", "00000001").status, 401);
}

TEST(DigestAuth, OldNoncesAreStale) {
    test::ServerRun run(
        named_app(digest_auth(DigestAuth("zone").user("ann", "pass").nonce_lifetime(-1s))));
    DigestClient client(run);
    EXPECT_THAT(client.get("pass", "00000001").head, HasSubstr("stale=true"));
    EXPECT_THAT(client.get("wrong", "00000001").head, testing::Not(HasSubstr("stale=true")));
}

Task<std::optional<std::string>> secret_of_ann(Request&, std::string name, DigestScheme scheme) {
    std::optional<std::string> secret;
    if (name == "ann") secret = http::digest_secret(scheme, "ann", "zone", "pass");
    co_return secret;
}

TEST(DigestAuth, AsksTheFunctionForSecrets) {
    test::ServerRun run(named_app(digest_auth(DigestAuth("zone").secret(secret_of_ann).md5(true))));
    DigestClient client(run);
    EXPECT_EQ(client.get("pass", "00000001").status, 200);
    client.last().scheme = DigestScheme::MD5;
    EXPECT_EQ(client.get("pass", "00000002").status, 200);
}

}  // namespace
}  // namespace indrik::web
