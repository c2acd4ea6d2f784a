#include "indrik/http/auth.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "indrik/core/encoding.hpp"

namespace indrik::http::tests {
namespace {

std::optional<BasicCredentials> parse_plain(const std::string& text) {
    return parse_basic("Basic " + base64_encode(text));
}

TEST(Basic, IsParsed) {
    EXPECT_EQ(parse_basic("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
              (BasicCredentials{"Aladdin", "open sesame"}));
    EXPECT_EQ(parse_basic(" bASIC   dGVzdDoxMjPCow== "), (BasicCredentials{"test", "123\xc2\xa3"}));
    EXPECT_EQ(parse_plain("a:b:c"), (BasicCredentials{"a", "b:c"}));
    EXPECT_EQ(parse_plain(":"), (BasicCredentials{"", ""}));
}

TEST(Basic, RefusesWhatIsMalformed) {
    EXPECT_FALSE(parse_plain("no colon"));
    EXPECT_FALSE(parse_plain("a:b\n"));
    EXPECT_FALSE(parse_plain(std::string("a\0:b", 4)));
    for (const char* text : {"",
                             "Basic",
                             "Basic ",
                             "BasicQTpi",
                             "Basic QTpi=",
                             "Basic QTp",
                             "Basic QT pi",
                             "Bearer QTpi",
                             "Basic\tQTpi"}) {
        EXPECT_FALSE(parse_basic(text)) << text;
    }
}

TEST(Basic, IsFormatted) {
    EXPECT_EQ(format_basic("Aladdin", "open sesame"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    EXPECT_THROW(format_basic("a:b", "c"), std::invalid_argument);
    EXPECT_THROW(format_basic("a", "c\r\n"), std::invalid_argument);
    EXPECT_EQ(format_basic_challenge("a \"b\""), "Basic realm=\"a \\\"b\\\"\", charset=\"UTF-8\"");
    EXPECT_THROW(format_basic_challenge("a\r\nSet-Cookie: b"), std::invalid_argument);
}

TEST(Bearer, IsParsed) {
    EXPECT_EQ(parse_bearer("Bearer aZ0-._~+/=="), "aZ0-._~+/==");
    EXPECT_EQ(parse_bearer("bearer  abc"), "abc");
    for (const char* text : {"",
                             "Bearer",
                             "Bearer ",
                             "Bearer a b",
                             "Bearer a=b",
                             "Bearer =",
                             "Bearer a,b",
                             "Basic abc"}) {
        EXPECT_FALSE(parse_bearer(text)) << text;
    }
    EXPECT_EQ(format_bearer_challenge("r"), "Bearer realm=\"r\"");
    EXPECT_EQ(format_bearer_challenge("r", "invalid_token"),
              "Bearer realm=\"r\", error=\"invalid_token\"");
}

// RFC 7616 section 3.9.1.
constexpr std::string_view kExample =
    "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\", "
    "algorithm=SHA-256, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", nc=00000001, "
    "cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth, "
    "response=\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\", "
    "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";

std::string secret_of(DigestScheme scheme, std::string_view user = "Mufasa") {
    return digest_secret(scheme, user, "http-auth@example.org", "Circle of Life");
}

TEST(Digest, VerifiesTheExamplesOfTheStandard) {
    auto credentials = parse_digest_credentials(kExample);
    ASSERT_TRUE(credentials);
    EXPECT_EQ(credentials->user_name, "Mufasa");
    EXPECT_EQ(credentials->scheme, DigestScheme::SHA256);
    EXPECT_EQ(credentials->qop, DigestQOP::Auth);
    EXPECT_TRUE(
        verify_digest(*credentials, secret_of(DigestScheme::SHA256), "GET", "/dir/index.html"));
    credentials->scheme = DigestScheme::MD5;
    credentials->response = "8CA523F5E9506FED4657C9700EEBDBEC";
    EXPECT_TRUE(
        verify_digest(*credentials, secret_of(DigestScheme::MD5), "GET", "/dir/index.html"));
}

TEST(Digest, RefusesEveryOtherRequestAndPassword) {
    auto credentials = parse_digest_credentials(kExample).value();
    const std::string secret = secret_of(DigestScheme::SHA256);
    EXPECT_FALSE(verify_digest(credentials, secret, "POST", "/dir/index.html"));
    EXPECT_FALSE(verify_digest(credentials, secret, "GET", "/other"));
    EXPECT_FALSE(verify_digest(
        credentials, secret_of(DigestScheme::SHA256, "Simba"), "GET", "/dir/index.html"));
    credentials.nc = "00000002";
    EXPECT_FALSE(verify_digest(credentials, secret, "GET", "/dir/index.html"));
    credentials.response.clear();
    EXPECT_FALSE(verify_digest(credentials, secret, "GET", "/dir/index.html"));
}

// RFC 2617 section 3.5 without qop, as RFC 2069 had it.
TEST(Digest, KnowsTheFormWithoutQOP) {
    DigestCredentials credentials;
    credentials.nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093";
    credentials.uri = "/dir/index.html";
    const std::string secret =
        digest_secret(DigestScheme::MD5, "Mufasa", "testrealm@host.com", "CircleOfLife");
    EXPECT_EQ(digest_response(credentials, secret, "GET"), "1949323746fe6a43ef61f9606e7febea");
}

TEST(Digest, IsReadBackInEverySchemeAndProtection) {
    for (const DigestScheme scheme : {DigestScheme::MD5,
                                      DigestScheme::MD5Session,
                                      DigestScheme::SHA256,
                                      DigestScheme::SHA256Session,
                                      DigestScheme::SHA512_256,
                                      DigestScheme::SHA512_256Session,
                                      DigestScheme::SHA512,
                                      DigestScheme::SHA512Session}) {
        for (const DigestQOP qop : {DigestQOP::Auth, DigestQOP::AuthInt}) {
            DigestCredentials credentials;
            credentials.user_name = "a \"b\" \\c";
            credentials.realm = "realm";
            credentials.nonce = "nonce";
            credentials.uri = "/?x=\"y\"";
            credentials.cnonce = "cnonce";
            credentials.nc = "0000000f";
            credentials.scheme = scheme;
            credentials.qop = qop;
            const std::string secret = digest_secret(scheme, "a \"b\" \\c", "realm", "password");
            credentials.response = digest_response(credentials, secret, "PUT", "body");
            const auto parsed = parse_digest_credentials(format_digest_credentials(credentials));
            ASSERT_TRUE(parsed) << format_digest_credentials(credentials);
            EXPECT_EQ(*parsed, credentials);
            EXPECT_TRUE(verify_digest(*parsed, secret, "PUT", "/?x=\"y\"", "body"));
            EXPECT_EQ(verify_digest(*parsed, secret, "PUT", "/?x=\"y\"", "other"),
                      qop == DigestQOP::Auth);
            EXPECT_EQ(parse_digest_scheme(to_string(scheme)), scheme);
        }
    }
}

// As Python's requests computes it.
TEST(Digest, KnowsSHA512) {
    DigestCredentials credentials;
    credentials.scheme = DigestScheme::SHA512;
    credentials.qop = DigestQOP::Auth;
    credentials.nonce = "n";
    credentials.cnonce = "c";
    credentials.nc = "00000001";
    credentials.uri = "/";
    const std::string secret = digest_secret(DigestScheme::SHA512, "user", "realm", "password");
    EXPECT_EQ(digest_response(credentials, secret, "GET"),
              "8cd753c2f0ac1ea7460c470e42bda422bf1f617f54b137912e241ace847c8f59"
              "49339fef24ce0d0afb09bc23fb1e97bafe9c7fe2b55b0283d25c7af5daab886e");
}

TEST(Digest, HasAHashForTheUserName) {
    EXPECT_EQ(digest_user_hash(DigestScheme::MD5, "a", "b"), "d8160c9b3dc20d4e931aeb4f45262155");
    auto credentials = parse_digest_credentials(kExample).value();
    EXPECT_FALSE(credentials.user_hash);
    credentials.user_hash = true;
    EXPECT_EQ(parse_digest_credentials(format_digest_credentials(credentials)), credentials);
}

TEST(Digest, RefusesMalformedCredentials) {
    const std::string good =
        "Digest username=\"a\", realm=\"b\", nonce=\"c\", uri=\"/\", response=\"0f\"";
    ASSERT_TRUE(parse_digest_credentials(good));
    EXPECT_EQ(parse_digest_credentials(good)->scheme, DigestScheme::MD5);
    EXPECT_TRUE(parse_digest_credentials(good + ",,x=y , "));
    EXPECT_TRUE(parse_digest_credentials(good + ", qop=\"auth\", nc=0000000A, cnonce=x"));
    for (const char* more : {", username=\"x\"",
                             ", qop=auth",
                             ", qop=auth, nc=1, cnonce=x",
                             ", qop=auth, nc=0000000g, cnonce=x",
                             ", qop=auth, nc=00000001",
                             ", qop=other, nc=00000001, cnonce=x",
                             ", nc=00000001",
                             ", algorithm=SHA-1",
                             ", algorithm=MD5-sess",
                             ", x",
                             ", x=",
                             ", x=\"",
                             " x=y",
                             ", x=\"y\"z"}) {
        EXPECT_FALSE(parse_digest_credentials(good + more)) << more;
    }
    for (const char* text :
         {"",
          "Digest",
          "Digest ",
          "Basic a=b",
          "Digest username=\"a\"",
          "Digest username=\"a\", realm=\"b\", nonce=\"c\", uri=\"/\", response=\"x\""}) {
        EXPECT_FALSE(parse_digest_credentials(text)) << text;
    }
}

TEST(Digest, ChallengesAreReadBack) {
    DigestChallenge challenge;
    challenge.realm = "a \"b\"";
    challenge.nonce = "n";
    EXPECT_EQ(format_digest_challenge(challenge),
              "Digest realm=\"a \\\"b\\\"\", qop=\"auth\", algorithm=SHA-256, nonce=\"n\"");
    EXPECT_EQ(parse_digest_challenge(format_digest_challenge(challenge)), challenge);
    challenge.opaque = "o";
    challenge.auth_int = true;
    challenge.stale = true;
    challenge.scheme = DigestScheme::MD5Session;
    EXPECT_EQ(parse_digest_challenge(format_digest_challenge(challenge)), challenge);
    challenge.auth = challenge.auth_int = false;
    EXPECT_EQ(parse_digest_challenge(format_digest_challenge(challenge)), challenge);
    EXPECT_FALSE(parse_digest_challenge("Digest realm=\"a\""));
    EXPECT_FALSE(parse_digest_challenge("Digest realm=a, nonce=b, qop=\"other\""));
    challenge.realm = "a\r\n";
    EXPECT_THROW(format_digest_challenge(challenge), std::invalid_argument);
}

}  // namespace
}  // namespace indrik::http::tests
