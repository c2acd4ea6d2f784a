// The code of framework/docs/sharing-data.md, signals.md, sub-applications.md and background-tasks.md.

#include <chrono>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "indrik/core/gather.hpp"
#include "indrik/core/race.hpp"
#include "indrik/core/shield.hpp"
#include "indrik/core/task_group.hpp"
#include "indrik/core/thread_executor.hpp"
#include "tests/unit/web/guide/test_application.hpp"

namespace web = indrik::web;
using namespace std::chrono_literals;
using indrik::LoopExecutor;
using indrik::Task;
using indrik::TaskGroup;
using indrik::ThreadPoolExecutor;
using indrik::test::answer;
using indrik::test::full_answer;
using indrik::test::TestApplication;

namespace {

namespace sharing_data_page {

struct Projects {
    std::map<int, std::string> names;
};
inline const web::AppKey<Projects> kProjects{"projects"};

web::Response show(web::Request& request) {
    const Projects& projects = request.app().get(kProjects);
    const auto found = projects.names.find(request.match_info().get<int>("id"));
    if (found == projects.names.end()) throw web::HTTPNotFound();
    return web::Response().text(found->second);
}

inline const web::RequestKey<std::string> kUser{"user"};

Task<web::Response> remember_user(web::Request& request, web::Next next) {
    request.storage().emplace(kUser, request.header("X-User"));
    return next(request);
}

web::Response who_am_i(web::Request& request) {
    return web::Response().text(request.storage().get(kUser));
}

web::Application make_site() {
    web::Application tools;
    tools.add_routes({web::get("/projects/{id:int}", show)});

    web::Application site;
    site.emplace(kProjects).names = {{1, "Indrik"}};
    site.add_middleware(remember_user);
    site.add_routes({web::get("/me", who_am_i)});
    site.add_subapp("/tools", std::move(tools));
    return site;
}

TEST(SharingDataPage, FindsWhatIsStored) {
    TestApplication app(make_site());
    EXPECT_EQ(answer(app, "GET", "/tools/projects/1"), "200 Indrik");
    EXPECT_EQ(answer(app, "GET", "/tools/projects/2"), "404 404: Not Found");
    EXPECT_EQ(answer(app, "GET", "/me", "X-User: ada\r\n"), "200 ada");
}

TEST(SharingDataPage, StoresNothingOnceItRuns) {
    TestApplication app(make_site());
    EXPECT_THROW(app.app().emplace(kProjects), std::logic_error);
    web::Application empty;
    EXPECT_THROW(empty.get(kProjects), std::out_of_range);
    EXPECT_EQ(empty.find(kProjects), nullptr);
}

}  // namespace sharing_data_page

namespace signals_page {

struct Database {
    Task<> connect() {
        co_await indrik::sleep_for(1ms);
        is_open = true;
    }
    Task<> close() {
        co_await indrik::sleep_for(1ms);
        is_open = false;
    }
    bool is_open = false;
};
inline const web::AppKey<Database> kDatabase{"database"};

Task<> database(web::Application& app, web::Lifetime& lifetime) {
    Database& connection = app.emplace(kDatabase);
    co_await connection.connect();
    co_await lifetime.until_cleanup();
    co_await connection.close();
}

Task<> warm_up(web::Application& app) {
    if (!app.get(kDatabase).is_open) throw std::runtime_error("no database");
    co_return;
}

Task<> say_goodbye(web::Application&) {
    co_await indrik::sleep_for(1ms);
}

Task<> sign(web::Request&, web::Response& response) {
    response.header("X-Signed", "yes");
    co_return;
}

web::Application make_app() {
    web::Application app;
    app.cleanup_context().append(database);
    app.on_startup().append(warm_up);
    app.on_shutdown().append(say_goodbye);
    app.on_response_prepare().append(sign);
    app.add_routes({web::get("/", [](web::Request& request) {
        return request.app().get(kDatabase).is_open ? "open" : "closed";
    })});
    return app;
}

TEST(SignalsPage, AreSentInOrder) {
    bool is_open_at_the_end = true;
    web::Application signalled = make_app();
    signalled.on_cleanup().append([&](web::Application& app) -> Task<> {
        is_open_at_the_end = app.get(kDatabase).is_open;
        co_return;
    });
    {
        TestApplication app(std::move(signalled));
        const auto opened = full_answer(app, "GET", "/");
        EXPECT_EQ(opened.body, "open");
        EXPECT_EQ(opened.field("X-Signed"), "yes");
        EXPECT_EQ(full_answer(app, "GET", "/none").field("X-Signed"), "yes");
        app.run(app.app().shutdown());
    }
    EXPECT_TRUE(is_open_at_the_end);
}

TEST(SignalsPage, AFailureStopsTheStart) {
    web::Application app;
    app.emplace(kDatabase);
    app.on_startup().append(warm_up);
    EXPECT_THROW(TestApplication(std::move(app)), std::runtime_error);
}

}  // namespace signals_page

namespace sub_applications_page {

web::Response list_users(web::Request& request) {
    return web::Response().text(request.url_for("users") + " " + request.url_for("home"));
}

web::Application make_admin() {
    web::Application admin;
    admin.add_middleware(web::basic_auth(web::BasicAuth("Admin").user("ada", "lovelace")));
    admin.add_routes({web::get("/users", list_users).name("users")});
    return admin;
}

web::Application make_api() {
    web::Application api;
    api.add_routes({web::get("/", [] { return "the API"; })});
    return api;
}

web::Application make_site() {
    web::Application site;
    site.add_routes({web::get("/", [] { return "the site"; }).name("home")});
    site.add_subapp("/admin", make_admin(), "admin");
    site.add_domain("api.example.com", make_api());
    return site;
}

TEST(SubApplicationsPage, AnswerForTheirPart) {
    TestApplication app(make_site());
    EXPECT_EQ(answer(app, "GET", "/"), "200 the site");
    EXPECT_EQ(answer(app, "GET", "/", "Host: api.example.com\r\n"), "200 the API");
    EXPECT_EQ(answer(app, "GET", "/admin/users", "Authorization: Basic YWRhOmxvdmVsYWNl\r\n"),
              "200 /admin/users /");
    EXPECT_EQ(full_answer(app, "GET", "/admin/none").status, 401);
    EXPECT_EQ(make_site().url_for("admin:users"), "/admin/users");
}

}  // namespace sub_applications_page

namespace background_tasks_page {

struct Failures {
    void note(const std::exception_ptr&) { ++count; }
    int count = 0;
};
const web::AppKey<Failures> kFailures{"failures"};
struct Ticks {
    int count = 0;
};
const web::AppKey<Ticks> kTicks{"ticks"};
struct Outbox {
    std::vector<std::string> sent;
    bool has_order = false;
};
const web::AppKey<Outbox> kOutbox{"outbox"};

Task<> tick(web::Application& app) {
    for (;;) {
        ++app.get(kTicks).count;
        co_await indrik::sleep_for(1s);
    }
}

inline const web::AppKey<TaskGroup> kTasks{"tasks"};

Task<> background(web::Application& app, web::Lifetime& lifetime) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup& tasks = app.emplace(kTasks, executor);
    tasks.on_error([&app](std::exception_ptr error) { app.get(kFailures).note(error); });
    tasks.spawn(tick(app));
    co_await lifetime.until_cleanup();
    tasks.cancel();
    co_await tasks.join();
}

Task<> send_mail(web::Application& app, std::string address) {
    co_await indrik::sleep_for(1ms);
    app.get(kOutbox).sent.push_back(std::move(address));
}

web::Response sign_up(web::Request& request) {
    web::Application& app = request.app();
    app.get(kTasks).spawn(send_mail(app, std::string(request.match_info("address"))));
    return web::Response(202);
}

Task<> write_order(web::Application& app) {
    co_await indrik::sleep_for(1ms);
    app.get(kOutbox).has_order = true;
}

Task<web::Response> order(web::Request& request) {
    web::Application& app = request.app();
    co_await indrik::shield(app.get(kTasks), write_order, std::ref(app));
    co_return web::Response(201);
}

inline const web::AppKey<ThreadPoolExecutor> kThreads{"threads"};

Task<> threads(web::Application& app, web::Lifetime& lifetime) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    ThreadPoolExecutor& pool = app.emplace(kThreads, executor);
    co_await lifetime.until_cleanup();
    co_await pool.close();
}

std::size_t count_letters(const std::string& text) {
    return text.size();
}

Task<web::Response> measure(web::Request& request) {
    ThreadPoolExecutor& pool = request.app().get(kThreads);
    std::string text(request.match_info("text"));
    const std::size_t size = co_await run_in_executor(pool, count_letters, std::move(text));
    co_return web::Response().text(std::to_string(size));
}

Task<std::string> fetch(std::string name) {
    co_await indrik::sleep_for(1ms);
    co_return name;
}

Task<web::Response> both(web::Request&) {
    const auto results = co_await indrik::gather(fetch("a"), fetch("b"));
    co_return web::Response().text(std::get<0>(results) + std::get<1>(results));
}

Task<web::Response> faster(web::Request&) {
    const auto first = co_await indrik::race(fetch("a"), indrik::sleep_for(1h));
    co_return web::Response().text(first.index() == 0 ? std::get<0>(first) : "too slow");
}

web::Application make_app() {
    web::Application app;
    app.emplace(kFailures);
    app.emplace(kTicks);
    app.emplace(kOutbox);
    app.cleanup_context().append(background);
    app.cleanup_context().append(threads);
    app.add_routes({
        web::post("/sign-up/{address}", sign_up),
        web::post("/orders", order),
        web::get("/measure/{text}", measure),
        web::get("/both", both),
        web::get("/faster", faster),
    });
    return app;
}

Task<> wait_for_mail(web::Application& app) {
    while (app.get(kOutbox).sent.empty()) co_await indrik::sleep_for(1ms);
}

TEST(BackgroundTasksPage, RunBesideRequests) {
    TestApplication app(make_app());
    EXPECT_GE(app.app().get(kTicks).count, 1);
    EXPECT_EQ(answer(app, "POST", "/sign-up/ada@example.org"), "202 ");
    app.run(wait_for_mail(app.app()));
    EXPECT_EQ(app.app().get(kOutbox).sent.front(), "ada@example.org");
    EXPECT_EQ(answer(app, "POST", "/orders"), "201 ");
    EXPECT_TRUE(app.app().get(kOutbox).has_order);
    EXPECT_EQ(app.app().get(kFailures).count, 0);
}

TEST(BackgroundTasksPage, WaitForSeveralThings) {
    TestApplication app(make_app());
    EXPECT_EQ(answer(app, "GET", "/measure/horn"), "200 4");
    EXPECT_EQ(answer(app, "GET", "/both"), "200 ab");
    EXPECT_EQ(answer(app, "GET", "/faster"), "200 a");
}

}  // namespace background_tasks_page

}  // namespace
