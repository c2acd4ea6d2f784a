// Cookies that are not what they should be: a new empty session, status 200, one line in the log.
#include <algorithm>

#include "indrik/sessions/fernet.hpp"
#include "indrik/sessions/sealed_token.hpp"
#include "indrik/sessions/signed_token.hpp"
#include "tests/unit/sessions/browser.hpp"

namespace indrik::sessions {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Kind {
    const char* name;
    std::shared_ptr<Storage> (*storage)(const Keys& keys);
    std::unique_ptr<TokenFormat> (*format)(const Keys& keys);
};

template <class Format>
std::unique_ptr<TokenFormat> make_format(const Keys& keys) {
    return std::make_unique<Format>(keys);
}

class BadCookies : public testing::TestWithParam<Kind> {
protected:
    std::string name() const {
        return std::string(GetParam().storage(test_key())->default_cookie_name());
    }
    /// A cookie that a server made which knew the key.
    std::string made(std::string_view text, Time time, const Keys& keys = test_key()) const {
        return GetParam().format(keys)->seal(name(), time, text);
    }
    std::string made(std::string_view text) const { return made(text, clock_.now()); }

    /// The session that a cookie gives; the log must say why it is empty.
    void expect_refused(const std::string& cookie, std::string_view why) const {
        expect_refused_field(name() + "=" + cookie, why);
    }
    void expect_refused_field(const std::string& field, std::string_view why) const {
        test::ServerRun run(
            make_counting_app(GetParam().storage(test_key()), Options().clock(clock_.clock())));
        Browser browser(run);
        for (int i = 0; i < 3; ++i) {
            const auto response =
                browser.ask("GET /show HTTP/1.1\r\nHost: test\r\nCookie: " + field + "\r\n\r\n");
            EXPECT_EQ(response.status, 200);
            EXPECT_EQ(response.body, "{}");
        }
        const std::string log = run.log();
        EXPECT_THAT(log, HasSubstr(std::string(why)));
        EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 1) << log;
    }

    TestClock clock_;
};

INSTANTIATE_TEST_SUITE_P(All,
                         BadCookies,
                         testing::Values(Kind{"sealed", encrypted_cookie, make_format<SealedToken>},
                                         Kind{"fernet", fernet_cookie, make_format<Fernet>},
                                         Kind{"signed", signed_cookie, make_format<SignedToken>}),
                         [](const auto& one) { return std::string(one.param.name); });

constexpr std::string_view kGood = R"({"created": 1700000000, "session": {"n":1}})";

TEST_P(BadCookies, ButGoodOnesAreGood) {
    test::ServerRun run(
        make_counting_app(GetParam().storage(test_key()), Options().clock(clock_.clock())));
    Browser browser(run);
    browser.set_cookie(made(kGood), name());
    EXPECT_EQ(browser.get("/show").body, R"({"n":1})");
    EXPECT_EQ(run.log(), "");
}

TEST_P(BadCookies, Tampered) {
    std::string cookie = made(kGood);
    cookie[cookie.size() / 2] = cookie[cookie.size() / 2] == 'A' ? 'B' : 'A';
    expect_refused(cookie, "it was made with another key, or was changed");
}

TEST_P(BadCookies, Truncated) {
    const std::string cookie = made(kGood);
    expect_refused(cookie.substr(0, 12), "it has not the form of a session's cookie");
    expect_refused(cookie.substr(0, cookie.size() - 8), "is not accepted");
}

TEST_P(BadCookies, Expired) {
    expect_refused(made(R"({"created": 1690000000, "session": {"n":1}})",
                        clock_.now() - std::chrono::hours(24 * 15)),
                   "it has expired");
}

TEST_P(BadCookies, FutureDated) {
    expect_refused(made(kGood, clock_.now() + Seconds(61)), "it comes from the future");
    expect_refused(made(R"({"created": 1700000061, "session": {"n":1}})"),
                   "it comes from the future");
}

TEST_P(BadCookies, MadeWithAnotherKey) {
    expect_refused(made(kGood, clock_.now(), test_key(1)), "it was made with another key");
}

TEST_P(BadCookies, Oversized) {
    expect_refused(std::string(5000, 'A'), "it is larger than any that was given out");
}

TEST_P(BadCookies, ThatAreNotUTF8) {
    expect_refused("\xff\xfe\x80", "it has not the form of a session's cookie");
    expect_refused(made("{\"created\": 1700000000, \"session\": {\"n\":\"\xff\"}}"),
                   "it holds no session");
}

TEST_P(BadCookies, SeveralOfTheSameName) {
    const std::string first = name() + "=" + made(kGood);
    const std::string second =
        name() + "=" + made(R"({"created": 1700000000, "session": {"n":2}})");
    expect_refused_field(first + "; " + second, "there are several of that name");
    expect_refused_field(second + "; " + first, "there are several of that name");
}

TEST_P(BadCookies, JSONBombs) {
    const std::string begin = R"({"created": 1700000000, "session": )";
    expect_refused(made(begin + R"({"a":)" + std::string(900, '[') + std::string(900, ']') + "}}"),
                   "it holds no session");
    std::string many = "{\"\":0";
    for (int i = 0; i < 300; ++i) many += ",\"" + std::to_string(i) + "\":0";
    expect_refused(made(begin + many + ",}}"), "it holds no session");
    expect_refused(made(std::string(1500, '[')), "it holds no session");
    expect_refused(made(R"({"created": 1e999999999, "session": {}})"), "it holds no session");
    expect_refused(made("no JSON at all"), "it holds no session");
}

TEST(BadIdentities, OfStoragesOfTheServerAreNeverAdopted) {
    TestClock clock;
    test::ServerRun run(make_counting_app(shared_memory(), Options().clock(clock.clock())));
    Browser browser(run);
    const std::string planted = new_identity();
    for (const std::string& identity :
         {planted, std::string("x"), std::string(43, '!'), std::string(4000, 'A')}) {
        browser.set_cookie(identity);
        EXPECT_EQ(browser.get("/count").body, "1");
        EXPECT_NE(browser.cookie(), identity);
    }
    browser.set_cookie(planted);
    EXPECT_EQ(browser.get("/show").body, "{}");
}

TEST(BadCookiesLog, HasOneLineAMinuteWithTheNumberOfTheOthers) {
    TestClock clock;
    test::ServerRun run(
        make_counting_app(encrypted_cookie(test_key()), Options().clock(clock.clock())));
    Browser browser(run);
    browser.set_cookie("bad");
    for (int i = 0; i < 5; ++i) browser.get("/show");
    clock.pass(Seconds(60));
    browser.get("/show");
    const std::string log = run.log();
    EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 2) << log;
    EXPECT_THAT(log, HasSubstr("(4 more since the last line of this kind)"));
    EXPECT_THAT(log, Not(HasSubstr("bad")));
}

}  // namespace
}  // namespace indrik::sessions
