// What happens when the storage does not work, and to storages of one's own.
#include <filesystem>

#include "indrik/core/sleep.hpp"
#include "indrik/web/stream_response.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/sessions/browser.hpp"

namespace indrik::sessions {
namespace {

using testing::HasSubstr;

/// Works until it is told not to; waits, as one would for a network.
class Remote final : public Storage {
public:
    struct State {
        bool loads = true;
        bool saves = true;
        Record kept;
        bool has = false;
    };
    explicit Remote(State& state) : state_(state) {}

    Task<Load> load(Record& record) override {
        co_await sleep_for(std::chrono::milliseconds(1));
        if (!state_.loads) throw std::runtime_error("no route to host");
        if (!state_.has || record.cookie != state_.kept.identity) co_return Load::Unknown;
        const std::string cookie = record.cookie;
        record.identity = cookie;
        record.data = state_.kept.data;
        record.created = state_.kept.created;
        record.saved = state_.kept.saved;
        co_return Load::Found;
    }
    Task<Save> save(Record& record) override {
        co_await sleep_for(std::chrono::milliseconds(1));
        if (!state_.saves) throw std::runtime_error("no route to host");
        if (record.identity.empty()) record.identity = new_identity();
        record.cookie = record.identity;
        state_.kept.identity = record.identity;
        state_.kept.data = record.data;
        state_.kept.created = record.created;
        state_.kept.saved = record.saved;
        state_.has = true;
        co_return Save::Done;
    }
    Task<bool> erase(Record&) override { co_return std::exchange(state_.has, false); }

private:
    State& state_;
};

TEST(StorageOfOnesOwn, MayWait) {
    Remote::State state;
    test::ServerRun run(make_counting_app(std::make_shared<Remote>(state)));
    Browser browser(run);
    EXPECT_EQ(browser.get("/count").body, "1");
    EXPECT_EQ(browser.get("/count").body, "2");
    browser.get("/end");
    EXPECT_EQ(browser.get("/show").body, "{}");
}

TEST(StorageOfOnesOwn, IsAskedOnceByTasksOfTheSameRequest) {
    Remote::State state;
    web::Application app = make_counting_app(std::make_shared<Remote>(state));
    app.add_routes({web::get("/both", [](web::Request& request) -> Task<web::Response> {
        const LoopExecutor executor = co_await asio::this_coro::executor;
        const auto add = [](web::Request* shared, const char* name) -> Task<> {
            Session session = co_await get(*shared);
            session.set(name, 1);
        };
        TaskGroup group(executor);
        group.spawn(add(&request, "a"));
        group.spawn(add(&request, "b"));
        co_await group.join();
        co_return web::Response().text("ok");
    })});
    test::ServerRun run(std::move(app));
    Browser browser(run);
    browser.get("/count");
    browser.get("/both");
    EXPECT_EQ(browser.get("/show").body, R"({"n":1,"a":1,"b":1})");
}

TEST(StorageAway, IsAnsweredWith503) {
    Remote::State state;
    test::ServerRun run(make_counting_app(std::make_shared<Remote>(state)));
    Browser browser(run);
    browser.get("/count");
    const std::string cookie = browser.cookie();
    state.loads = false;
    EXPECT_EQ(browser.get("/count").status, 503);
    EXPECT_EQ(browser.get("/hello").status, 200);
    state.loads = true;
    state.saves = false;
    EXPECT_EQ(browser.get("/count").status, 503);
    EXPECT_EQ(browser.get("/show").body, R"({"n":1})");
    EXPECT_EQ(browser.cookie(), cookie);
    state.saves = true;
    EXPECT_EQ(browser.get("/count").body, "2");
    EXPECT_THAT(run.log(), HasSubstr("The storage of sessions is away: no route to host"));
}

TEST(StorageAway, IsAnEmptySessionIfAskedFor) {
    Remote::State state;
    test::ServerRun run(
        make_counting_app(std::make_shared<Remote>(state), Options().fail_open(true)));
    Browser browser(run);
    browser.get("/count");
    const std::string cookie = browser.cookie();
    state.loads = false;
    EXPECT_EQ(browser.get("/count").body, "1");
    EXPECT_EQ(browser.last_cookie(), "") << "the session that is away is not replaced";
    state.loads = true;
    state.saves = false;
    EXPECT_EQ(browser.get("/count").body, "2");
    state.saves = true;
    EXPECT_EQ(browser.get("/count").body, "2");
    EXPECT_EQ(browser.cookie(), cookie);
}

TEST(StorageAway, StopsAStreamBeforeItBegins) {
    Remote::State state;
    web::Application app = make_counting_app(std::make_shared<Remote>(state));
    app.add_routes({web::get("/stream", [](web::Request& request) -> Task<web::Response> {
        Session session = co_await get(request);
        session.set("n", 5);
        web::StreamResponse response;
        co_await response.prepare(request);
        co_await response.write("private");
        co_return std::move(response);
    })});
    test::ServerRun run(std::move(app));
    Browser browser(run);
    state.saves = false;
    const auto response = browser.get("/stream");
    EXPECT_EQ(response.status, 503);
    EXPECT_THAT(response.body, testing::Not(HasSubstr("private")));
}

TEST(StorageAway, IsAFolderThatHasVanished) {
    const test::TemporaryFolder place;
    std::filesystem::create_directory(place / "sessions");
    for (const bool open : {false, true}) {
        test::ServerRun run(
            make_counting_app(files(place / "sessions"), Options().fail_open(open)));
        Browser browser(run);
        browser.get("/count");
        std::filesystem::rename(place / "sessions", place / "elsewhere");
        const auto response = browser.get("/count");
        EXPECT_EQ(response.status, open ? 200 : 503);
        EXPECT_EQ(response.body.size() == 1, open);
        Browser stranger(run);
        EXPECT_EQ(stranger.get("/count").status, open ? 200 : 503);
        std::filesystem::rename(place / "elsewhere", place / "sessions");
        EXPECT_EQ(browser.get("/count").body, "2");
    }
}

}  // namespace
}  // namespace indrik::sessions
