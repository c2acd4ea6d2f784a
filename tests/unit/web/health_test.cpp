#include "indrik/web/health.hpp"

#include <stdexcept>

#include "indrik/core/sleep.hpp"
#include "tests/unit/web/middlewares/middleware_test.hpp"

namespace indrik::web {
namespace {

using namespace std::chrono_literals;

struct Database {
    int pings = 0;
    bool is_up = true;
};

Task<> ping(Database& database) {
    ++database.pings;
    if (!database.is_up) throw std::runtime_error("the password of the database is wrong");
    co_return;
}

Health with_database(Database& database) {
    return Health().check("database", [&database](Application&) { return ping(database); });
}

Application app_with_health(Health options) {
    Application app;
    app.add_routes(health(std::move(options)));
    return app;
}

TEST(Health, SaysWhatIsWellAndWhatIsNot) {
    Database database;
    test::ServerRun run(app_with_health(with_database(database).cache_for(0ms)));
    const auto live = answer_of(run, get_request("/health/live"));
    EXPECT_EQ(live.body, R"({"status":"alive"})");
    const auto ready = answer_of(run, get_request("/health/ready"));
    EXPECT_EQ(ready.status, 200);
    EXPECT_EQ(ready.body, R"({"status":"ready","checks":{"database":"ok"}})");
    EXPECT_TRUE(ready.has_field("Cache-Control: no-store"));
    database.is_up = false;
    const auto unready = answer_of(run, get_request("/health/ready"));
    EXPECT_EQ(unready.status, 503);
    EXPECT_EQ(unready.body, R"({"status":"unready","checks":{"database":"failed"}})");
    EXPECT_EQ(answer_of(run, get_request("/health/live")).status, 200);
}

TEST(Health, OutcomesAreGivenAgainForAWhile) {
    Database database;
    test::ServerRun run(app_with_health(with_database(database).cache_for(1h)));
    for (int i = 0; i < 3; ++i) answer_of(run, get_request("/health/ready"));
    EXPECT_EQ(database.pings, 1);
}

TEST(Health, ChecksThatTakeTooLongHaveFailed) {
    Database database;
    Health options = with_database(database).timeout(1ms);
    options.check("slow", [](Application&) { return sleep_for(1h); });
    test::ServerRun run(app_with_health(std::move(options)));
    test::MemoryClient client = run.connect();
    client.send(get_request("/health/ready"));
    EXPECT_TRUE(run.run_until([&] { return !client.received().empty(); }));
    EXPECT_THAT(client.received(),
                testing::HasSubstr(
                    R"({"status":"unready","checks":{"database":"ok","slow":"timed out"}})"));
}

TEST(Health, IsUnreadyWhileTheServerEnds) {
    Application app = app_with_health(Health().ready_path("/ready").live_path("/live"));
    app.add_route(get("/end", [](Request& request) {
        request.app().begin_drain();
        return Response();
    }));
    test::ServerRun run(std::move(app));
    EXPECT_EQ(answer_of(run, get_request("/ready")).status, 200);
    answer_of(run, get_request("/end"));
    const auto ending = answer_of(run, get_request("/ready"));
    EXPECT_EQ(ending.status, 503);
    EXPECT_EQ(ending.body, R"({"status":"ending"})");
    EXPECT_EQ(answer_of(run, get_request("/live")).status, 200);
}

}  // namespace
}  // namespace indrik::web
