// When sessions are loaded and saved, and what the browser gets.
#include "indrik/sessions/setup.hpp"

#include "indrik/json/describe.hpp"
#include "indrik/web/exceptions.hpp"
#include "indrik/web/file_response.hpp"
#include "indrik/web/stream_response.hpp"
#include "indrik/web/websocket_response.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/sessions/browser.hpp"

namespace indrik::sessions {

struct Fruit {
    std::string name;
    int count = 0;
};
INDRIK_DESCRIBE(Fruit, name, count)

namespace {

using testing::HasSubstr;
using testing::Not;

/// Counts what is asked of it.
class CountingStorage final : public Storage {
public:
    struct Counts {
        int loads = 0;
        int saves = 0;
    };
    CountingStorage(std::shared_ptr<Storage> storage, Counts& counts)
        : storage_(std::move(storage)), counts_(counts) {}
    bool keeps_data() const override { return storage_->keeps_data(); }
    Task<Load> load(Record& record) override {
        ++counts_.loads;
        return storage_->load(record);
    }
    Task<Save> save(Record& record) override {
        ++counts_.saves;
        return storage_->save(record);
    }
    Task<bool> erase(Record& record) override { return storage_->erase(record); }

private:
    std::shared_ptr<Storage> storage_;
    Counts& counts_;
};

class Storages : public testing::TestWithParam<const char*> {
protected:
    std::shared_ptr<Storage> make() const {
        const std::string_view name = GetParam();
        if (name == "sealed") return encrypted_cookie(test_key());
        if (name == "fernet") return fernet_cookie(test_key());
        if (name == "signed") return signed_cookie(test_key());
        if (name == "memory") return shared_memory();
        return files(folder_.path());
    }
    bool keeps_data() const { return make()->keeps_data(); }
    std::string cookie_name() const { return std::string(make()->default_cookie_name()); }

    test::TemporaryFolder folder_;
    TestClock clock_;
};

INSTANTIATE_TEST_SUITE_P(All,
                         Storages,
                         testing::Values("sealed", "fernet", "signed", "memory", "files"),
                         [](const auto& one) { return std::string(one.param); });

TEST_P(Storages, KeepASessionFromRequestToRequest) {
    test::ServerRun run(make_counting_app(make()));
    Browser browser(run);
    Browser other(run);
    EXPECT_EQ(browser.get("/new").body, "new");
    EXPECT_EQ(browser.get("/count").body, "1");
    EXPECT_EQ(browser.get("/count").body, "2");
    EXPECT_EQ(other.get("/count").body, "1");
    EXPECT_EQ(browser.get("/new").body, "known");
    EXPECT_EQ(browser.get("/show").body, R"({"n":2})");
}

TEST_P(Storages, ForgetWhatIsInvalidated) {
    test::ServerRun run(make_counting_app(make()));
    Browser browser(run);
    browser.get("/count");
    const std::string cookie = browser.cookie(cookie_name());
    EXPECT_FALSE(cookie.empty());
    browser.get("/end");
    EXPECT_EQ(browser.cookie(cookie_name()), "");
    EXPECT_EQ(browser.get("/show").body, "{}");
    browser.set_cookie(cookie, cookie_name());
    EXPECT_EQ(browser.get("/show").body, keeps_data() ? "{}" : R"({"n":1})");
}

TEST_P(Storages, RotateTheIdentityAndRevokeTheOldOne) {
    test::ServerRun run(make_counting_app(make()));
    Browser browser(run);
    browser.get("/count");
    const std::string before = browser.cookie(cookie_name());
    browser.get("/rotate");
    const std::string after = browser.cookie(cookie_name());
    EXPECT_EQ(browser.get("/show").body, R"({"n":1})");
    if (!keeps_data()) return;
    EXPECT_NE(before, after);
    browser.set_cookie(before, cookie_name());  // replayed
    EXPECT_EQ(browser.get("/show").body, "{}");
    EXPECT_THAT(run.log(), HasSubstr("there is no session of that identity"));
}

TEST_P(Storages, ExpireAfterTheLastUse) {
    test::ServerRun run(
        make_counting_app(make(), Options().max_age(Seconds(600)).clock(clock_.clock())));
    Browser browser(run);
    browser.get("/count");
    EXPECT_THAT(browser.last_cookie(), HasSubstr("Max-Age=600"));
    for (int i = 0; i < 3; ++i) {
        clock_.pass(Seconds(500));
        EXPECT_EQ(browser.get("/show").body, R"({"n":1})");
        EXPECT_THAT(browser.last_cookie(), HasSubstr("Max-Age=600"));
    }
    clock_.pass(Seconds(601));
    EXPECT_EQ(browser.get("/show").body, "{}");
    EXPECT_THAT(run.log(), HasSubstr("it has expired"));
}

TEST_P(Storages, ExpireAfterTheBeginningIfAskedTo) {
    test::ServerRun run(make_counting_app(
        make(), Options().max_age(Seconds(600)).sliding(false).clock(clock_.clock())));
    Browser browser(run);
    browser.get("/count");
    clock_.pass(Seconds(400));
    EXPECT_EQ(browser.get("/show").body, R"({"n":1})");
    EXPECT_EQ(browser.last_cookie(), "");
    EXPECT_EQ(browser.get("/count").body, "2");
    if (!keeps_data()) {
        EXPECT_THAT(browser.last_cookie(), HasSubstr("Max-Age=200"));
    }
    clock_.pass(Seconds(201));
    EXPECT_EQ(browser.get("/show").body, "{}");
}

TEST_P(Storages, AreAskedAndSavedToNoMoreThanNeeded) {
    CountingStorage::Counts counts;
    test::ServerRun run(make_counting_app(std::make_shared<CountingStorage>(make(), counts),
                                          Options().clock(clock_.clock())));
    Browser browser(run);
    browser.get("/show");
    EXPECT_EQ(counts.loads + counts.saves, 0);
    EXPECT_EQ(browser.last_cookie(), "");
    browser.get("/count");
    EXPECT_EQ(counts.saves, 1);
    EXPECT_EQ(browser.get("/hello").body, "hello");
    EXPECT_EQ(counts.loads, 0) << "who does not ask pays nothing";
    browser.get("/show");
    EXPECT_EQ(counts.loads, 1);
    clock_.pass(Seconds(59));
    browser.get("/show");
    EXPECT_EQ(counts.saves, 1);
    EXPECT_EQ(browser.last_cookie(), "");
    clock_.pass(Seconds(1));
    browser.get("/show");
    EXPECT_EQ(counts.saves, 2) << "once a minute, the use is noted";
    browser.get("/show");
    EXPECT_EQ(counts.saves, 2);
}

// ---- kinds of responses

Task<web::Response> set_and_stream(web::Request& request) {
    Session session = co_await get(request);
    session.set("kind", "stream");
    web::StreamResponse response;
    co_await response.prepare(request);
    co_await response.write("text");
    co_return std::move(response);
}

TEST_P(Storages, SaveWhateverKindTheResponseIs) {
    folder_.write("page.txt", "file");
    const std::string path = folder_ / "page.txt";
    web::Application app = make_counting_app(make());
    app.add_routes({
        web::get("/stream", set_and_stream),
        web::get("/file",
                 [path](web::Request& request) -> Task<web::Response> {
                     Session session = co_await get(request);
                     session.set("kind", "file");
                     co_return co_await web::send_file(request, path);
                 }),
        web::get("/gone",
                 [](web::Request& request) -> Task<web::Response> {
                     Session session = co_await get(request);
                     session.set("kind", "thrown");
                     throw web::HTTPGone();
                 }),
        web::get("/ws",
                 [](web::Request& request) -> Task<web::Response> {
                     Session session = co_await get(request);
                     session.set("kind", "socket");
                     web::WebSocketResponse socket;
                     co_await socket.prepare(request);
                     co_return std::move(socket);
                 }),
    });
    test::ServerRun run(std::move(app));
    Browser browser(run);
    EXPECT_EQ(browser.get("/stream").status, 200);
    EXPECT_EQ(browser.get("/show").body, R"({"kind":"stream"})");
    EXPECT_EQ(browser.get("/file").body, "file");
    EXPECT_EQ(browser.get("/show").body, R"({"kind":"file"})");
    EXPECT_EQ(browser.get("/gone").status, 410);
    EXPECT_EQ(browser.get("/show").body, R"({"kind":"thrown"})");
    Browser socket(run);
    const auto handshake = socket.ask(
        "GET /ws HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    EXPECT_EQ(handshake.status, 101);
    EXPECT_EQ(socket.get("/show").body, R"({"kind":"socket"})");
}

TEST(Sessions, OfHandlersThatFailAreNotSaved) {
    web::Application app = make_counting_app(shared_memory());
    app.add_routes({web::get("/crash", [](web::Request& request) -> Task<web::Response> {
        Session session = co_await get(request);
        session.set("n", 99);
        throw std::runtime_error("crash");
    })});
    test::ServerRun run(std::move(app));
    Browser browser(run);
    browser.get("/count");
    EXPECT_EQ(browser.get("/crash").status, 500);
    EXPECT_EQ(browser.get("/show").body, R"({"n":1})");
}

TEST(Sessions, ChangedBehindTheHeadAreSavedWhenAskedForAndMissedOtherwise) {
    web::Application app = make_counting_app(shared_memory());
    app.add_routes({web::get("/late", [](web::Request& request) -> Task<web::Response> {
        Session session = co_await get(request);
        web::StreamResponse response;
        co_await response.prepare(request);
        session.set("saved", true);
        co_await save(request);
        session.set("missed", true);
        co_return std::move(response);
    })});
    test::ServerRun run(std::move(app));
    Browser browser(run);
    browser.get("/count");
    browser.get("/late");
    EXPECT_EQ(browser.get("/show").body, R"({"n":1,"saved":true})");
    EXPECT_THAT(run.log(), HasSubstr("was changed after its response had begun"));
}

TEST(Sessions, CannotGiveACookieBehindTheHead) {
    web::Application app = make_counting_app(encrypted_cookie(test_key()));
    std::string problem;
    app.add_routes({web::get("/late", [&problem](web::Request& request) -> Task<web::Response> {
        web::StreamResponse response;
        co_await response.prepare(request);
        Session session = co_await get(request);
        session.set("n", 1);
        try {
            co_await save(request);
        } catch (const std::logic_error& error) {
            problem = error.what();
        }
        co_return std::move(response);
    })});
    test::ServerRun run(std::move(app));
    Browser(run).get("/late");
    EXPECT_THAT(problem, HasSubstr("the response has begun"));
}

// ---- values

TEST(Sessions, HoldTypedValuesAndNoticeNestedChanges) {
    web::Application app = make_counting_app(encrypted_cookie(test_key()));
    app.add_routes({
        web::get("/fill",
                 [](web::Request& request) -> Task<web::Response> {
                     Session session = co_await get(request);
                     session.set("fruit", Fruit{"apple", 3});
                     session.set("list", std::vector<int>{1, 2});
                     session.set("text", "a\"b");
                     session.set("half", 0.5);
                     session.set("any", json::Value(nullptr));
                     co_return web::Response().text("ok");
                 }),
        web::get("/nested",
                 [](web::Request& request) -> Task<web::Response> {
                     Session session = co_await get(request);
                     session["list"].as_array().emplace_back(3);
                     const auto fruit = session.get<Fruit>("fruit");
                     EXPECT_TRUE(fruit && fruit->count == 3);
                     EXPECT_FALSE(session.get<int>("text"));
                     EXPECT_FALSE(session.get<int>("nothing"));
                     EXPECT_EQ(session.get<std::string>("text"), "a\"b");
                     EXPECT_EQ(session.get<double>("half", 0), 0.5);
                     EXPECT_TRUE(session.find("any")->is_null());
                     EXPECT_TRUE(session.contains("any"));
                     EXPECT_EQ(session.names().size(), 5U);
                     EXPECT_TRUE(session.erase("any"));
                     co_return web::Response().text("ok");
                 }),
    });
    test::ServerRun run(std::move(app));
    Browser browser(run);
    browser.get("/fill");
    EXPECT_EQ(browser.get("/nested").body, "ok");
    EXPECT_EQ(browser.get("/show").body,
              R"({"fruit":{"name":"apple","count":3},"list":[1,2,3],"text":"a\"b","half":0.5})");
}

TEST(Sessions, MayHaveALifetimeOfTheirOwn) {
    TestClock clock;
    web::Application app = make_counting_app(signed_cookie(test_key()),
                                             Options().max_age(Seconds(60)).clock(clock.clock()));
    app.add_routes({web::get("/remember", [](web::Request& request) -> Task<web::Response> {
        Session session = co_await get(request);
        session.set("n", 7);
        session.set_max_age(Seconds(1000));
        co_return web::Response().text("ok");
    })});
    test::ServerRun run(std::move(app));
    Browser browser(run);
    browser.get("/remember");
    EXPECT_THAT(browser.last_cookie(), HasSubstr("Max-Age=1000"));
    clock.pass(Seconds(900));
    EXPECT_EQ(browser.get("/count").body, "8");
}

TEST(Sessions, BeginAnewWithNewSession) {
    web::Application app = make_counting_app(shared_memory());
    app.add_routes({web::get("/log-in", [](web::Request& request) -> Task<web::Response> {
        Session session = co_await new_session(request);
        EXPECT_TRUE(session.is_new());
        session.set("user", "ada");
        co_return web::Response().text("ok");
    })});
    test::ServerRun run(std::move(app));
    Browser browser(run);
    browser.get("/count");
    const std::string before = browser.cookie();
    browser.get("/log-in");
    EXPECT_NE(browser.cookie(), before);
    EXPECT_EQ(browser.get("/show").body, R"({"user":"ada"})");
    browser.set_cookie(before);
    EXPECT_EQ(browser.get("/show").body, "{}");
}

// ---- cookies

std::string cookie_of(Options options, std::string_view fields = "") {
    test::ServerRun run(make_counting_app(signed_cookie(test_key()), std::move(options)));
    Browser browser(run);
    browser.ask("GET /count HTTP/1.1\r\nHost: test\r\n" + std::string(fields) + "\r\n");
    const std::string cookie = browser.last_cookie();
    return cookie.substr(0, cookie.find('=')) + cookie.substr(cookie.find(';'));
}

TEST(SessionCookies, AreSafeByDefault) {
    EXPECT_EQ(cookie_of(Options()), "session; Path=/; Max-Age=1209600; HttpOnly; SameSite=Lax");
}

TEST(SessionCookies, AreAsTheyAreConfigured) {
    EXPECT_EQ(cookie_of(Options()
                            .cookie_name("sid")
                            .until_browser_closes(true)
                            .secure(true)
                            .http_only(false)
                            .same_site(http::SameSite::Strict)
                            .path("/shop")
                            .domain("example.com")),
              "sid; Domain=example.com; Path=/shop; Secure; SameSite=Strict");
    EXPECT_EQ(cookie_of(Options().max_age(std::nullopt)),
              "session; Path=/; HttpOnly; SameSite=Lax");
}

TEST(SessionCookies, AreSecureUnderTLSAndMayBeBoundToTheHost) {
    web::ServerOptions server;
    server.forwarded_allow_ips = http::TrustedProxies::parse("127.0.0.1").value();
    test::ServerRun run(make_counting_app(signed_cookie(test_key()), Options().host_prefix(true)),
                        server);
    constexpr std::string_view kBegin = "GET /count HTTP/1.1\r\nHost: test\r\n";
    Browser browser(run);
    browser.ask(std::string(kBegin) + "X-Forwarded-Proto: https\r\n\r\n");
    EXPECT_THAT(browser.last_cookie(), testing::StartsWith("__Host-session="));
    EXPECT_THAT(browser.last_cookie(), HasSubstr("; Secure"));
    const std::string bound = browser.cookie("__Host-session");
    browser.ask(std::string(kBegin) + "\r\n");
    EXPECT_THAT(browser.last_cookie(), testing::StartsWith("session="));
    EXPECT_THAT(browser.last_cookie(), Not(HasSubstr("Secure")));
    // One that was given over http is none over https, under whatever name.
    const auto asked_with = [&](const std::string& cookie) {
        return browser
            .ask(std::string(kBegin) + "X-Forwarded-Proto: https\r\nCookie: " + cookie + "\r\n\r\n")
            .body;
    };
    EXPECT_EQ(asked_with("__Host-session=" + bound), "2");
    EXPECT_EQ(asked_with("session=" + browser.cookie()), "1");
    EXPECT_EQ(asked_with("__Host-session=" + browser.cookie()), "1");
}

TEST(SessionCookies, ThatNoBrowserWouldTakeAreRefusedAtOnce) {
    web::Application app;
    const auto storage = signed_cookie(test_key());
    EXPECT_THROW(setup(app, storage, Options().cookie_name("a b")), std::invalid_argument);
    EXPECT_THROW(setup(app, storage, Options().cookie_name("__Host-a").secure(false)),
                 std::invalid_argument);
    EXPECT_THROW(setup(app, storage, Options().host_prefix(true).path("/shop")),
                 std::invalid_argument);
    EXPECT_THROW(setup(app, storage, Options().host_prefix(true).domain("x.org")),
                 std::invalid_argument);
    EXPECT_THROW(setup(app, storage, Options().max_age(Seconds(0))), std::invalid_argument);
}

TEST(SessionCookies, TooLargeForBrowsersAreAClearError) {
    web::Application app = make_counting_app(encrypted_cookie(test_key()));
    app.add_routes({web::get("/fill", [](web::Request& request) -> Task<web::Response> {
        Session session = co_await get(request);
        session.set("text", std::string(4000, 'x'));
        co_return web::Response().text("ok");
    })});
    test::ServerRun run(std::move(app));
    Browser browser(run);
    EXPECT_EQ(browser.get("/fill").status, 500);
    EXPECT_EQ(browser.cookie(), "");
    EXPECT_THAT(run.log(), HasSubstr("browsers drop those of more than 4096"));
}

TEST(Sessions, AreVariedByForCaches) {
    test::ServerRun run(make_counting_app(encrypted_cookie(test_key())));
    Browser browser(run);
    EXPECT_THAT(browser.get("/show").head, HasSubstr("\r\nVary: Cookie\r\n"));
    EXPECT_THAT(browser.get("/hello").head, Not(HasSubstr("Vary")));
}

TEST(Sessions, WithoutSetupAreAClearError) {
    web::Application app;
    app.add_routes({web::get("/", [](web::Request& request) -> Task<web::Response> {
        co_await get(request);
        co_return web::Response();
    })});
    test::ServerRun run(std::move(app));
    EXPECT_EQ(Browser(run).get("/").status, 500);
    EXPECT_THAT(run.log(), HasSubstr("call sessions::setup(app, ...)"));
}

}  // namespace
}  // namespace indrik::sessions
