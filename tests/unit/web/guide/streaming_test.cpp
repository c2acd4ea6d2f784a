// The code of framework/docs/streaming.md, static-files.md and server-sent-events.md.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "indrik/core/race.hpp"
#include "indrik/core/sync.hpp"
#include "indrik/json/parameters.hpp"
#include "tests/support/server_run.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/web/guide/test_application.hpp"

namespace http = indrik::http;
namespace json = indrik::json;
namespace web = indrik::web;
using namespace std::chrono_literals;
using indrik::Task;
using indrik::test::answer;
using indrik::test::full_answer;
using indrik::test::TemporaryFolder;
using indrik::test::TestApplication;
using testing::HasSubstr;

namespace {

namespace streaming_page {

Task<web::Response> export_rows(web::Request& request) {
    web::StreamResponse response;
    response.content_type("text/csv")
        .header("Content-Disposition", "attachment; filename=rows.csv");
    co_await response.prepare(request);
    for (int row = 1; row <= 3; ++row) {
        co_await response.write(std::to_string(row) + ",horn\n");
    }
    co_await response.write_eof();
    co_return std::move(response);
}

Task<web::Response> measure(web::Request& request) {
    web::StreamReader& content = request.content();
    std::uint64_t size = 0;
    for (;;) {
        const std::string_view piece = co_await content.read_any();
        if (piece.empty()) break;
        size += piece.size();
    }
    co_return web::Response().text(std::to_string(size));
}

Task<web::Response> sum_lines(web::Request& request) {
    int sum = 0;
    for (;;) {
        const std::string line = co_await request.content().read_line();
        if (line.empty()) break;
        sum += json::from_parameter<int>(line.substr(0, line.find('\n'))).value_or(0);
    }
    co_return web::Response().text(std::to_string(sum));
}

Task<web::Response> upload(web::Request& request) {
    std::string summary;
    web::MultipartReader reader = request.multipart();
    for (;;) {
        const web::BodyPart part = co_await reader.next();
        if (!part) break;
        if (!part.filename()) {
            const std::string text = co_await part.text(1000);
            summary += std::string(part.name()) + "=" + text + " ";
            continue;
        }
        std::uint64_t size = 0;
        for (;;) {
            const std::string_view piece = co_await part.read_chunk();
            if (piece.empty()) break;
            size += piece.size();
        }
        summary += std::string(part.name()) + ": " + std::to_string(size) + " bytes ";
    }
    co_return web::Response().text(std::move(summary));
}

web::Application make_app() {
    web::Application app;
    app.add_routes({
        web::get("/export", export_rows),
        web::post("/measure", measure),
        web::post("/sum", sum_lines),
        web::post("/upload", upload),
    });
    return app;
}

TEST(StreamingPage, Writes) {
    indrik::test::ServerRun run(make_app());
    const std::string bytes = run.answers_to("GET /export HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(bytes, HasSubstr("\r\nTransfer-Encoding: chunked\r\n"));
    EXPECT_THAT(bytes, HasSubstr("Content-Disposition: attachment; filename=rows.csv\r\n"));
    EXPECT_THAT(bytes,
                HasSubstr("\r\n\r\n7\r\n1,horn\n\r\n7\r\n2,horn\n\r\n7\r\n3,horn\n\r\n0\r\n\r\n"));
}

TEST(StreamingPage, Reads) {
    TestApplication app(make_app());
    EXPECT_EQ(answer(app, "POST", "/measure", "", std::string(2'000'000, 'x')), "200 2000000");
    EXPECT_EQ(answer(app, "POST", "/sum", "", "1\n20\n300"), "200 321");
    const std::string form =
        "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nhorn\r\n"
        "--b\r\nContent-Disposition: form-data; name=\"photo\"; "
        "filename=\"me.png\"\r\n\r\nPNG\r\n--b--\r\n";
    EXPECT_EQ(
        answer(app, "POST", "/upload", "Content-Type: multipart/form-data; boundary=b\r\n", form),
        "200 title=horn photo: 3 bytes ");
}

}  // namespace streaming_page

namespace static_files_page {

const web::AppKey<std::filesystem::path> kInvoices{"invoices"};

web::Response index(web::Request& request) {
    return web::Response().html(
        "<link rel=stylesheet href=" + web::static_url(request, "static", "app.css") + ">");
}

web::Application make_site(const std::filesystem::path& folder) {
    web::Application site;
    site.add_routes({
        web::get("/", index),
        web::static_files("/static", folder).name("static").cache_control("max-age=60"),
    });
    return site;
}

Task<web::Response> invoice(web::Request& request) {
    const auto number = request.match_info().get<int>("number");
    const std::filesystem::path& folder = request.app().get(kInvoices);
    web::FileResponse file(folder / (std::to_string(number) + ".pdf"));
    file.attachment("invoice.pdf").cache_control("private, no-cache");
    co_return co_await file.send(request);
}

TEST(StaticFilesPage, SendsFiles) {
    TemporaryFolder folder;
    folder.write("app.css", "body{}");
    folder.write("7.pdf", "%PDF");
    web::Application site = make_site(folder.path());
    site.emplace(kInvoices, folder.path());
    site.add_route(web::get("/invoices/{number:int}", invoice));
    TestApplication app(std::move(site));
    const auto plain = full_answer(app, "GET", "/static/app.css");
    EXPECT_EQ(plain.body, "body{}");
    EXPECT_EQ(plain.field("Cache-Control"), "max-age=60");
    EXPECT_THAT(plain.field("Content-Type"), HasSubstr("text/css"));
    const std::string page = full_answer(app, "GET", "/").body;
    EXPECT_THAT(page,
                testing::MatchesRegex("<link rel=stylesheet href=/static/app.css.v=[0-9a-f]{16}>"));
    const std::string address =
        page.substr(page.find("/static"), page.size() - page.find("/static") - 1);
    EXPECT_THAT(full_answer(app, "GET", address).field("Cache-Control"),
                HasSubstr("max-age=31536000"));
    EXPECT_EQ(answer(app, "GET", "/static/../7.pdf"), "404 404: Not Found");
    const auto sent = full_answer(app, "GET", "/invoices/7");
    EXPECT_EQ(sent.body, "%PDF");
    EXPECT_EQ(sent.field("Content-Disposition"), "attachment; filename=\"invoice.pdf\"");
    EXPECT_EQ(full_answer(app, "GET", "/invoices/8").status, 404);
}

}  // namespace static_files_page

namespace server_sent_events_page {

using indrik::race;

struct News {
    Task<std::string> next() {
        co_await has_news.wait();
        has_news.clear();
        co_return text;
    }
    indrik::Event has_news;
    std::string text;
};
const web::AppKey<News> kNews{"news"};

Task<web::Response> ticks(web::Request& request) {
    web::EventStream events;
    co_await events.prepare(request);
    for (auto i = events.last_event_number().value_or(0) + 1; events.is_connected(); ++i) {
        web::ServerSentEvent event("tick");
        event.id(std::to_string(i)).event("clock");
        co_await events.send(std::move(event));
        co_await events.sleep(1s);
    }
    co_return std::move(events);
}

Task<web::Response> news(web::Request& request) {
    web::EventStream events;
    co_await events.prepare(request);
    for (;;) {
        const auto first =
            co_await race(request.app().get(kNews).next(), events.wait_disconnected());
        if (first.index() == 1) break;
        co_await events.send(std::get<0>(first));
    }
    co_return std::move(events);
}

TEST(ServerSentEventsPage, SendsEvents) {
    web::Application app;
    News& sender = app.emplace(kNews);
    app.add_routes({web::get("/ticks", ticks), web::get("/news", news)});
    indrik::test::ServerRun run(std::move(app));
    auto client = run.connect();
    client.send("GET /ticks HTTP/1.1\r\nHost: x\r\nLast-Event-ID: 41\r\n\r\n");
    run.settle();
    EXPECT_THAT(client.received(), HasSubstr("\r\nContent-Type: text/event-stream\r\n"));
    EXPECT_THAT(client.received(), HasSubstr("id: 42\nevent: clock\ndata: tick\n\n"));
    auto reader = run.connect();
    reader.send("GET /news HTTP/1.1\r\nHost: x\r\n\r\n");
    run.settle();
    sender.text = "it rains";
    sender.has_news.set();
    run.settle();
    EXPECT_THAT(reader.received(), HasSubstr("data: it rains\n\n"));
    run.server().drain();
    EXPECT_TRUE(run.run_until([&] { return client.is_ended() && reader.is_ended(); }));
    EXPECT_THAT(reader.received(), testing::EndsWith("0\r\n\r\n"));
}

}  // namespace server_sent_events_page

}  // namespace
