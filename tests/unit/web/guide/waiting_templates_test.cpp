// The code of framework/docs/templates.md, "Templates that wait".

#include <map>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "indrik/core/sleep.hpp"
#include "indrik/templates/awaiting.hpp"
#include "indrik/templates/loader.hpp"
#include "indrik/templates/operations.hpp"
#include "indrik/templates/printing.hpp"
#include "indrik/templates/setup.hpp"
#include "tests/unit/web/guide/test_application.hpp"

namespace templates = indrik::templates;
namespace web = indrik::web;
using indrik::Task;
using indrik::test::full_answer;
using indrik::test::TestApplication;

namespace {

Task<int> count_orders(std::string customer) {
    co_await indrik::sleep_for(std::chrono::milliseconds(1));
    co_return static_cast<int>(customer.size());
}

Task<templates::Value> orders_of(const templates::Arguments& arguments) {
    std::string customer = templates::to_str(arguments.positional[0]);
    const int count = co_await count_orders(std::move(customer));
    co_return templates::Value(count);
}

Task<web::Response> account(web::Request& request) {
    templates::Dict context;
    context.set("name", "Ada");
    context.set("orders", templates::async_function(orders_of));
    return templates::render_async(request, "account.html", std::move(context));
}

TEST(WaitingTemplatesPage, Waits) {
    const std::map<std::string, std::string, std::less<>> texts = {
        {"account.html",
         "{% if orders(name) > 1 %}{{ name }} has {{ orders(name) }} orders.{% endif %}"}};
    web::Application app;
    templates::setup(app, std::make_shared<templates::DictLoader>(texts));
    app.add_route(web::get("/", account));
    TestApplication served(std::move(app));
    const auto page = full_answer(served, "GET", "/");
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.body, "Ada has 3 orders.");
}

}  // namespace
