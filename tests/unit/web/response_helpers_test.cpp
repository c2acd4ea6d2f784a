#include "indrik/web/response_helpers.hpp"

#include <gtest/gtest.h>

namespace indrik::web {
namespace {

TEST(ResponseHelpers, NoContentHasNone) {
    const Response response = no_content();
    EXPECT_EQ(response.status(), http::Status::NoContent);
    EXPECT_EQ(response.body(), "");
    EXPECT_FALSE(response.headers().contains("Content-Type"));
}

TEST(ResponseHelpers, AttachmentsHaveNamesAndTypes) {
    const Response csv = attachment("report.csv", "a,b\n");
    EXPECT_EQ(csv.body(), "a,b\n");
    EXPECT_EQ(csv.headers().get("Content-Disposition"), "attachment; filename=\"report.csv\"");
    EXPECT_EQ(csv.headers().get("Content-Type").value_or("").substr(0, 8), "text/csv");
    const Response named = as_attachment(Response(201).text("x"), "a\"b\r\n.txt");
    EXPECT_EQ(named.status(), http::Status::Created);
    EXPECT_EQ(named.headers().get("Content-Disposition")->find('\n'), std::string_view::npos);
}

}  // namespace
}  // namespace indrik::web
