// What the head of a request says.

#include "indrik/web/request_fields.hpp"

#include <functional>
#include <string>

#include <gmock/gmock.h>

#include "indrik/http/dates.hpp"
#include "indrik/web/application.hpp"
#include "tests/support/server_run.hpp"
#include "tests/unit/web/test_app.hpp"

namespace indrik::web {
namespace {

using testing::HasSubstr;

std::string seen(std::string_view request, std::function<std::string(const RequestFields&)> look) {
    Application app;
    app.add_route(route("*", "/{all:.*}", [&](Request& r) { return Response().text(look(r)); }));
    test::ServerRun run(std::move(app));
    return test::summary(run.answers_to(request));
}

std::string text_of(const std::optional<http::EntityTagList>& list) {
    if (!list) return "none";
    std::string text = list->any ? "any" : "";
    for (const http::EntityTag& tag : list->tags) {
        text += (tag.weak ? " W/" : " ") + std::string(tag.opaque);
    }
    return text;
}

TEST(RequestFields, RelURLIsWithoutSchemeAndHost) {
    const auto look = [](const RequestFields& r) {
        return std::string(r.rel_url()) + " " + std::string(r.raw_path());
    };
    EXPECT_EQ(seen(get_request("/a%20b?q=%2F"), look), "200 /a%20b?q=%2F /a%20b");
    EXPECT_EQ(seen("GET http://x/a%20b?q HTTP/1.1\r\nHost: x\r\n\r\n", look),
              "200 /a%20b?q /a%20b");
    EXPECT_EQ(seen("GET http://x HTTP/1.1\r\nHost: x\r\n\r\n", look), "200 / /");
}

TEST(RequestFields, DatesOfConditionsAreTimes) {
    const std::string date = "Sun, 06 Nov 1994 08:49:37 GMT";
    const auto look = [](const RequestFields& r) {
        return std::to_string(r.if_modified_since().value_or(-1)) + " " +
               std::to_string(r.if_unmodified_since().value_or(-1));
    };
    EXPECT_EQ(seen(get_request("/", "If-Modified-Since: " + date + "\r\n"), look),
              "200 784111777 -1");
    EXPECT_EQ(seen(get_request("/", "If-Unmodified-Since: " + date + "\r\n"), look),
              "200 -1 784111777");
    EXPECT_EQ(seen(get_request("/", "If-Modified-Since: soon\r\n"), look), "200 -1 -1");
}

TEST(RequestFields, TagsOfConditionsAreLists) {
    const auto look = [](const RequestFields& r) {
        return text_of(r.if_match()) + " / " + text_of(r.if_none_match());
    };
    EXPECT_EQ(seen(get_request("/",
                               "If-Match: *\r\nIf-None-Match: \"a\", W/\"b\"\r\n"
                               "If-None-Match: \"c\"\r\n"),
                   look),
              "200 any /  a W/b c");
    EXPECT_EQ(seen(get_request("/"), look), "200 none / none");
    EXPECT_EQ(seen(get_request("/", "If-None-Match: a\r\n"), look), "200 none / none");
}

TEST(RequestFields, IfRangeIsATagOrADate) {
    const auto look = [](const RequestFields& r) -> std::string {
        const auto value = r.if_range();
        if (!value) return "none";
        if (value->etag) return "tag " + std::string(value->etag->opaque);
        return "date " + std::to_string(*value->date);
    };
    EXPECT_EQ(seen(get_request("/", "If-Range: \"v1\"\r\n"), look), "200 tag v1");
    EXPECT_EQ(seen(get_request("/", "If-Range: Sun, 06 Nov 1994 08:49:37 GMT\r\n"), look),
              "200 date 784111777");
    EXPECT_EQ(seen(get_request("/", "If-Range: v1\r\n"), look), "200 none");
    EXPECT_EQ(seen(get_request("/"), look), "200 none");
}

TEST(RequestFields, ConditionsAreJudgedInTheirOrder) {
    const auto look = [](const RequestFields& r) -> std::string {
        http::Validators validators;
        validators.etag = http::EntityTag{"v1"};
        switch (r.check_conditions(validators)) {
            case http::ConditionOutcome::NotModified:
                return "304";
            case http::ConditionOutcome::PreconditionFailed:
                return "412";
            default:
                return "go on";
        }
    };
    EXPECT_EQ(seen(get_request("/"), look), "200 go on");
    EXPECT_EQ(seen(get_request("/", "If-None-Match: \"v1\"\r\n"), look), "200 304");
    EXPECT_EQ(seen(get_request("/", "If-Match: \"v0\"\r\nIf-None-Match: \"v1\"\r\n"), look),
              "200 412");
}

TEST(RequestFields, RangesAreThoseOfTheRightVersion) {
    const auto look = [](const RequestFields& r) {
        http::Validators validators;
        validators.etag = http::EntityTag{"v1"};
        const http::RangeSelection selection = r.ranges(100, validators);
        std::string text = selection.outcome == http::RangeOutcome::Unsatisfiable ? "416" : "";
        for (const http::ByteRange& range : selection.ranges) {
            text += std::to_string(range.first) + "-" + std::to_string(range.last) + ";";
        }
        return text.empty() ? "whole" : text;
    };
    EXPECT_EQ(seen(get_request("/"), look), "200 whole");
    EXPECT_EQ(seen(get_request("/", "Range: bytes=10-19\r\n"), look), "200 10-19;");
    EXPECT_EQ(seen(get_request("/", "Range: bytes=-5\r\n"), look), "200 95-99;");
    EXPECT_EQ(seen(get_request("/", "Range: bytes=90-\r\n"), look), "200 90-99;");
    EXPECT_EQ(seen(get_request("/", "Range: bytes=100-\r\n"), look), "200 416");
    EXPECT_EQ(seen(get_request("/", "Range: lines=1-2\r\n"), look), "200 whole");
    EXPECT_EQ(seen(get_request("/", "Range: bytes=0-1\r\nIf-Range: \"v1\"\r\n"), look), "200 0-1;");
    EXPECT_EQ(seen(get_request("/", "Range: bytes=0-1\r\nIf-Range: \"v0\"\r\n"), look),
              "200 whole");
}

TEST(RequestFields, ForwardedIsWhatEveryProxySays) {
    const auto look = [](const RequestFields& r) {
        std::string text;
        for (const http::ForwardedElement& hop : r.forwarded()) {
            text += hop.for_node + "," + hop.by + "," + hop.proto + "," + hop.host + ";";
        }
        return text;
    };
    EXPECT_EQ(seen(get_request("/",
                               "Forwarded: for=192.0.2.1;proto=https, for=\"[2001:db8::1]:80\"\r\n"
                               "Forwarded: by=_me;host=example.org\r\n"),
                   look),
              "200 192.0.2.1,,https,;[2001:db8::1]:80,,,;,_me,,example.org;");
    EXPECT_EQ(seen(get_request("/"), look), "200 ");
    EXPECT_EQ(seen(get_request("/", "Forwarded: for=a;for=b\r\n"), look),
              "400 the Forwarded field is malformed");
}

TEST(RequestFields, ExpectationIsKnownBeforeTheBodyIsRead) {
    const auto look = [](const RequestFields& r) {
        return std::string(r.expects_continue() ? "waits" : "does not wait");
    };
    EXPECT_EQ(seen(get_request("/"), look), "200 does not wait");
    EXPECT_EQ(
        seen("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n",
             look),
        "200 waits");
}

}  // namespace
}  // namespace indrik::web
