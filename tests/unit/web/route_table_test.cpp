#include "indrik/web/route_table.hpp"

#include <gtest/gtest.h>

#include "tests/unit/web/asking.hpp"

namespace indrik::web {
namespace {

/// "METHOD path name application conditions" of each row, empty ones as "-".
std::vector<std::string> lines_of(const Application& app) {
    std::vector<std::string> lines;
    for (const RouteTableRow& row : route_table(app)) {
        std::string line = row.method + " " + row.path;
        line += " " + (row.name.empty() ? "-" : row.name);
        line += " " + (row.application.empty() ? "-" : row.application);
        for (const std::string& condition : row.conditions) line += " [" + condition + "]";
        lines.push_back(line);
    }
    return lines;
}

TEST(RouteTable, ListsRoutesInTheOrderInWhichTheyAreTried) {
    Application admin;
    admin.add_routes({get("/", says("")).name("index"), post("/{x}", says(""))});
    Application api;
    api.add_route(get("/", says("")).name("index"));
    Application app;
    app.add_routes({
        get("/{rest:.*}", says("")),
        get("/p/{id}", says("")).name("p"),
        post("/p/{id}", says("")),
        get("/static", says("")).allow_head(false),
        get("/x", says("")).header("A", "1").when([](const Request&) { return true; }),
        route("*", "/x", says("")),
    });
    app.add_subapp("/admin", std::move(admin), "admin");
    app.add_domain("api.example.com", std::move(api));
    EXPECT_EQ(lines_of(app),
              (std::vector<std::string>{"GET,HEAD / index api.example.com",
                                        "GET /static - -",
                                        "GET,HEAD /x - - [A: 1] [a function]",
                                        "* /x - -",
                                        "GET,HEAD /admin/ admin:index /admin",
                                        "POST /admin/{x} - /admin",
                                        "GET,HEAD /p/{id} p -",
                                        "POST /p/{id} p -",
                                        "GET,HEAD /{rest:.*} - -"}));
    EXPECT_TRUE(route_table(Application()).empty());
}

TEST(RouteTable, SaysWhereRoutesWereWritten) {
    Application app;
    app.add_route(get("/", says("")));
    const auto rows = route_table(app);
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].place.line(), static_cast<unsigned>(__LINE__ - 3));
}

}  // namespace
}  // namespace indrik::web
