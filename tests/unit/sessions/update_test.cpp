// Requests that change one session at the same time.
#include "indrik/core/sync.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/sessions/browser.hpp"

namespace indrik::sessions {
namespace {

class Updates : public testing::TestWithParam<const char*> {
protected:
    std::shared_ptr<Storage> make() const {
        if (GetParam() == std::string_view("memory")) return shared_memory();
        return files(folder_.path());
    }
    test::TemporaryFolder folder_;
};

INSTANTIATE_TEST_SUITE_P(All, Updates, testing::Values("memory", "files"), [](const auto& one) {
    return std::string(one.param);
});

/// Loads the session, waits, and then does what `change` does.
web::Handler waits_and(Event& loaded_it, Event& gate, void (*change)(Session&)) {
    return [&loaded_it, &gate, change](web::Request& request) -> Task<web::Response> {
        Session session = co_await get(request);
        loaded_it.set();
        co_await gate.wait();
        change(session);
        co_return web::Response().text(session.to_json());
    };
}

struct Race {
    Event is_loaded;
    Event gate;
};

/// A slow request changes the session by `change`, after a quick one to `path`. What is in it then.
std::string race(std::shared_ptr<Storage> storage,
                 void (*change)(Session&),
                 std::string_view path,
                 std::string* cookie_of_slow = nullptr) {
    Race shared;
    web::Application app = make_counting_app(std::move(storage));
    app.add_routes({web::get("/slow", waits_and(shared.is_loaded, shared.gate, change))});
    test::ServerRun run(std::move(app));
    Browser browser(run);
    browser.get("/count");
    test::MemoryClient slow = run.connect();
    slow.send("GET /slow HTTP/1.1\r\nHost: test\r\nCookie: session=" + browser.cookie() +
              "\r\n\r\n");
    slow.end();
    EXPECT_TRUE(run.run_until([&] { return shared.is_loaded.is_set(); }));
    browser.get(path);
    shared.gate.set();
    EXPECT_TRUE(run.run_until([&] { return slow.is_closed(); }));
    if (cookie_of_slow != nullptr) *cookie_of_slow = slow.take_received();
    return browser.get("/show").body;
}

TEST_P(Updates, OfDifferentValuesAreBothKept) {
    const auto change = [](Session& session) { session.set("slow", true); };
    EXPECT_EQ(race(make(), change, "/count"), R"({"n":2,"slow":true})");
}

TEST_P(Updates, OfTheSameValueAreTheLastOnes) {
    const auto change = [](Session& session) { session.set("n", 50); };
    EXPECT_EQ(race(make(), change, "/count"), R"({"n":50})");
}

TEST_P(Updates, OfARevokedSessionAreDroppedAndGiveNoCookie) {
    const auto change = [](Session& session) { session.set("slow", true); };
    std::string answer;
    EXPECT_EQ(race(make(), change, "/rotate", &answer), R"({"n":1})");
    EXPECT_EQ(answer.find("Set-Cookie"), std::string::npos);
    EXPECT_EQ(race(make(), change, "/end", &answer), "{}");
    EXPECT_EQ(answer.find("Set-Cookie"), std::string::npos);
}

TEST_P(Updates, RotationOfARevokedSessionDoesNotBringItBack) {
    const auto change = [](Session& session) { session.rotate(); };
    std::string answer;
    EXPECT_EQ(race(make(), change, "/end", &answer), "{}");
    EXPECT_EQ(answer.find("Set-Cookie"), std::string::npos);
}

TEST_P(Updates, AreAtomicWithUpdate) {
    web::Application app = make_counting_app(make());
    app.add_routes({web::get("/up", [](web::Request& request) -> Task<web::Response> {
        Session session = co_await get(request);
        session.set(std::string(request.query().get("by").value_or("?")), 1);
        session = co_await update(
            request, [](Session& newest) { newest.set("sum", newest.get<int>("sum", 0) + 1); });
        co_return web::Response().text(std::to_string(session.get<int>("sum", 0)));
    })});
    test::ServerRun run(std::move(app));
    Browser browser(run);
    browser.get("/count");
    std::vector<test::MemoryClient> clients;
    for (int i = 0; i < 20; ++i) {
        clients.push_back(run.connect());
        clients.back().send("GET /up?by=" + std::to_string(i % 3) +
                            " HTTP/1.1\r\nHost: test\r\nCookie: session=" + browser.cookie() +
                            "\r\n\r\n");
        clients.back().end();
    }
    for (test::MemoryClient& client : clients)
        EXPECT_TRUE(run.run_until([&] { return client.is_closed(); }));
    EXPECT_THAT(browser.get("/show").body, testing::HasSubstr("\"sum\":20"));
    EXPECT_THAT(browser.get("/show").body, testing::HasSubstr("\"2\":1"));
}

TEST_P(Updates, MakeASessionThatIsNotThereYet) {
    web::Application app = make_counting_app(make());
    app.add_routes({web::get("/up", [](web::Request& request) -> Task<web::Response> {
        co_await update(request, [](Session& newest) { newest.set("a", 1); });
        co_return web::Response(500).text("the session was saved all the same");
    })});
    test::ServerRun run(std::move(app));
    Browser browser(run);
    browser.get("/up");
    EXPECT_NE(browser.cookie(), "");
    EXPECT_EQ(browser.get("/show").body, R"({"a":1})");
}

TEST(UpdatesOfCookies, AreSavedWithTheResponse) {
    web::Application app = make_counting_app(encrypted_cookie(test_key()));
    app.add_routes({web::get("/up", [](web::Request& request) -> Task<web::Response> {
        co_await update(request, [](Session& session) { session.set("a", 1); });
        co_return web::Response();
    })});
    test::ServerRun run(std::move(app));
    Browser browser(run);
    browser.get("/up");
    EXPECT_EQ(browser.get("/show").body, R"({"a":1})");
}

}  // namespace
}  // namespace indrik::sessions
