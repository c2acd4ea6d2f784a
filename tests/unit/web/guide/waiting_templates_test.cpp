// The code of framework/docs/templates.md, "Templates that wait" and "Languages".

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "indrik/core/sleep.hpp"
#include "indrik/http/quality.hpp"
#include "indrik/templates/awaiting.hpp"
#include "indrik/templates/catalog.hpp"
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

using Catalogs = std::map<std::string, std::shared_ptr<const templates::Catalog>, std::less<>>;

templates::SetupOptions in_the_language_of_the_client(Catalogs catalogs) {
    templates::SetupOptions options;
    options.context_processor([catalogs](web::Request& request, templates::Dict& context) {
        const std::string_view wanted = request.headers().get("Accept-Language").value_or("");
        const indrik::http::Preferences languages(indrik::http::PreferenceKind::Language, wanted);
        const auto best = languages.best_of({"en", "de", "pl"}).value_or("en");
        const auto catalog = catalogs.find(best);
        if (catalog != catalogs.end()) templates::install_translations(context, catalog->second);
    });
    return options;
}

TEST(TemplatesPage, SpeaksTheLanguageOfTheClient) {
    const auto load = [](const std::string& language) {
        return std::make_shared<const templates::Catalog>(
            templates::Catalog::load(std::string(INDRIK_SOURCE_TREE) +
                                     "/tests/unit/templates/catalogs/" + language + ".mo"));
    };
    const std::map<std::string, std::string, std::less<>> texts = {
        {"fruit.txt",
         "{% trans count=n %}{{ count }} apple{% pluralize %}{{ count }} apples{% endtrans %}"}};
    web::Application app;
    templates::setup(app,
                     std::make_shared<templates::DictLoader>(texts),
                     in_the_language_of_the_client({{"de", load("de")}, {"pl", load("pl")}}));
    app.add_route(web::get("/", [](web::Request& request) {
        templates::Dict context;
        context.set("n", 5);
        return templates::render(request, "fruit.txt", context);
    }));
    TestApplication served(std::move(app));
    EXPECT_EQ(full_answer(served, "GET", "/").body, "5 apples");
    EXPECT_EQ(full_answer(served, "GET", "/", "Accept-Language: pl, de;q=0.5\r\n").body,
              "5 jabłek");
    EXPECT_EQ(full_answer(served, "GET", "/", "Accept-Language: fr, de-AT\r\n").body, "5 Äpfel");
}

}  // namespace
