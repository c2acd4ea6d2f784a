// Files as responses: conditions, ranges, and what happens when things go wrong on the way.

#include "indrik/web/file_response.hpp"

#include <optional>
#include <string>

#include "tests/support/server_run.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/web/test_app.hpp"

namespace indrik::web {
namespace {

using namespace std::chrono_literals;
using test::MemoryClient;
using test::ServerRun;
using test::TemporaryFolder;
using test::WireResponse;

std::string numbered(std::size_t size) {
    std::string text;
    while (text.size() < size) text += std::to_string(text.size()) + ' ';
    text.resize(size);
    return text;
}

std::string field_of(const WireResponse& response, std::string_view name) {
    const std::string key = "\r\n" + std::string(name) + ": ";
    const std::size_t at = response.head.find(key);
    if (at == std::string::npos) return {};
    const std::size_t begin = at + key.size();
    return response.head.substr(begin, response.head.find("\r\n", begin) - begin);
}

class FileResponseTest : public testing::Test {
protected:
    FileResponseTest() {
        folder.write("digits.txt", "0123456789");
        folder.write("large.bin", numbered(kLarge));
        folder.write("empty", "");
        Application app;
        app.add_routes({
            route("*", "/file/{name}", [this](Request& request) { return serve(request); }),
            get("/saved", [this](Request& request) { return saved(request); }),
            get("/next", [](Request&) { return Response().text("ok"); }),
        });
        run.emplace(std::move(app));
    }
    Task<Response> serve(Request& request) {
        return send_file(request, folder / request.match_info("name"));
    }
    Task<Response> saved(Request& request) {
        FileResponse response(folder / "digits.txt");
        response.attachment().cache_control("no-cache").content_type("text/x-digits");
        co_return co_await response.send(request);
    }
    WireResponse ask(std::string_view method,
                     std::string_view target,
                     std::string_view fields = {}) {
        const std::string request = std::string(method) + ' ' + std::string(target) +
                                    " HTTP/1.1\r\nHost: x\r\n" + std::string(fields) + "\r\n";
        const auto responses = test::parse_responses(run->answers_to(request), method == "HEAD");
        if (responses.size() == 1) return responses.front();
        ADD_FAILURE() << responses.size() << " responses";
        return {};
    }
    WireResponse get_file(std::string_view fields = {}) {
        return ask("GET", "/file/digits.txt", fields);
    }

    static constexpr std::size_t kLarge = 3'000'000;
    TemporaryFolder folder;
    std::optional<ServerRun> run;
};

TEST_F(FileResponseTest, DescribesTheFile) {
    const WireResponse response = get_file();
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "0123456789");
    EXPECT_EQ(field_of(response, "Content-Type"), "text/plain");
    EXPECT_EQ(field_of(response, "Content-Length"), "10");
    EXPECT_EQ(field_of(response, "Accept-Ranges"), "bytes");
    EXPECT_EQ(field_of(response, "Last-Modified").size(), 29u);
    EXPECT_EQ(field_of(response, "ETag").front(), '"');
    EXPECT_FALSE(response.closes());
    EXPECT_EQ(ask("HEAD", "/file/digits.txt").head, response.head);
    EXPECT_EQ(ask("GET", "/file/nothing").status, 404);
    EXPECT_EQ(ask("GET", "/file/empty").body, "");
}

TEST_F(FileResponseTest, TakesOptions) {
    const WireResponse response = ask("GET", "/saved");
    EXPECT_EQ(field_of(response, "Content-Disposition"), "attachment; filename=\"digits.txt\"");
    EXPECT_EQ(field_of(response, "Cache-Control"), "no-cache");
    EXPECT_EQ(field_of(response, "Content-Type"), "text/x-digits");
}

TEST_F(FileResponseTest, SmallFilesGoOutInOneWrite) {
    folder.write("page", numbered(60'000));
    MemoryClient client = run->connect();
    client.send(get_request("/file/page"));
    run->settle();
    EXPECT_EQ(client.writes(), 1);
    client.send(get_request("/file/digits.txt") + get_request("/next"));
    run->settle();
    EXPECT_LE(client.writes(), 3);
    EXPECT_EQ(test::parse_responses(client.received()).size(), 3u);
}

TEST_F(FileResponseTest, AnswersConditions) {
    const WireResponse whole = get_file();
    const std::string tag = field_of(whole, "ETag");
    const std::string date = field_of(whole, "Last-Modified");
    const std::string old = "Sun, 06 Nov 1994 08:49:37 GMT";
    const WireResponse unchanged = get_file("If-None-Match: \"a\", " + tag + "\r\n");
    EXPECT_EQ(unchanged.status, 304);
    EXPECT_EQ(field_of(unchanged, "ETag"), tag);
    EXPECT_EQ(field_of(unchanged, "Content-Type"), "");
    EXPECT_EQ(ask("HEAD", "/file/digits.txt", "If-None-Match: *\r\n").status, 304);
    EXPECT_EQ(get_file("If-None-Match: \"a\"\r\nIf-Modified-Since: " + date + "\r\n").status, 200);
    EXPECT_EQ(get_file("If-Modified-Since: " + date + "\r\n").status, 304);
    EXPECT_EQ(get_file("If-Modified-Since: " + old + "\r\n").status, 200);
    EXPECT_EQ(get_file("If-Match: " + tag + "\r\n").status, 200);
    EXPECT_EQ(get_file("If-Match: \"a\"\r\n").status, 412);
    EXPECT_EQ(get_file("If-Unmodified-Since: " + old + "\r\n").status, 412);
    EXPECT_EQ(get_file("If-Unmodified-Since: " + date + "\r\n").status, 200);
}

TEST_F(FileResponseTest, SendsRanges) {
    const auto range = [this](const std::string& value) {
        const WireResponse response = get_file("Range: " + value + "\r\n");
        return std::to_string(response.status) + ' ' + field_of(response, "Content-Range") + ' ' +
               response.body;
    };
    EXPECT_EQ(range("bytes=2-4"), "206 bytes 2-4/10 234");
    EXPECT_EQ(range("bytes=7-"), "206 bytes 7-9/10 789");
    EXPECT_EQ(range("bytes=-3"), "206 bytes 7-9/10 789");
    EXPECT_EQ(range("bytes=5-100"), "206 bytes 5-9/10 56789");
    EXPECT_EQ(range("bytes=0-9"), "206 bytes 0-9/10 0123456789");
    EXPECT_EQ(range("bytes=10-").substr(0, 16), "416 bytes */10 4");
    EXPECT_EQ(range("bytes=4-2"), "200  0123456789");
    EXPECT_EQ(range("lines=0-1"), "200  0123456789");
    EXPECT_EQ(range("bytes=\xd9\xa1-\xd9\xa2"), "200  0123456789");  // CVE-2025-69225
    EXPECT_EQ(ask("HEAD", "/file/digits.txt", "Range: bytes=0-1\r\n").status, 200);
    EXPECT_EQ(ask("POST", "/file/digits.txt", "Range: bytes=0-1\r\n").status, 200);
}

TEST_F(FileResponseTest, SendsARangeOnlyOfWhatTheClientHas) {
    const WireResponse whole = get_file();
    const auto status = [this](const std::string& if_range) {
        return get_file("Range: bytes=0-1\r\nIf-Range: " + if_range + "\r\n").status;
    };
    EXPECT_EQ(status(field_of(whole, "ETag")), 206);
    EXPECT_EQ(status(field_of(whole, "Last-Modified")), 206);
    EXPECT_EQ(status("\"other\""), 200);
    EXPECT_EQ(status("W/" + field_of(whole, "ETag")), 200);
    EXPECT_EQ(status("Sun, 06 Nov 1994 08:49:37 GMT"), 200);
}

TEST_F(FileResponseTest, SendsSeveralRangesAsParts) {
    const WireResponse response =
        ask("GET", "/file/large.bin", "Range: bytes=0-1,1000-1003,100000-299999,-2\r\n");
    EXPECT_EQ(response.status, 206);
    EXPECT_FALSE(response.closes());
    const std::string type = field_of(response, "Content-Type");
    const std::string_view expected_type = "multipart/byteranges; boundary=";
    ASSERT_EQ(type.substr(0, expected_type.size()), expected_type);
    std::string boundary = type.substr(expected_type.size());
    if (boundary.front() == '"') boundary = boundary.substr(1, boundary.size() - 2);
    const std::string content = numbered(kLarge);
    std::string expected;
    const std::pair<std::size_t, std::size_t> ranges[] = {
        {0, 1}, {1000, 1003}, {100000, 299999}, {kLarge - 2, kLarge - 1}};
    for (const auto& [first, last] : ranges) {
        if (!expected.empty()) expected += "\r\n";
        expected += "--" + boundary + "\r\nContent-Type: application/octet-stream\r\n" +
                    "Content-Range: bytes " + std::to_string(first) + '-' + std::to_string(last) +
                    "/3000000\r\n\r\n" + content.substr(first, last - first + 1);
    }
    expected += "\r\n--" + boundary + "--\r\n";
    EXPECT_TRUE(response.body == expected) << response.body.substr(0, 300);
}

TEST_F(FileResponseTest, WaitsForASlowReader) {
    MemoryClient client = run->connect();
    client.take_only(0);
    client.send(get_request("/file/large.bin") + get_request("/next"));
    for (std::size_t step = 1; client.received().size() < kLarge; step = step * 2 + 1) {
        const std::size_t before = client.received().size();
        client.take_only(step);
        run->settle();
        ASSERT_GT(client.received().size(), before);
    }
    client.take_only(100'000);
    run->settle();
    const auto responses = test::parse_responses(client.received());
    ASSERT_EQ(responses.size(), 2u);
    EXPECT_TRUE(responses[0].body == numbered(kLarge));
    EXPECT_EQ(responses[1].body, "ok");
}

TEST_F(FileResponseTest, GivesUpAStalledReader) {
    MemoryClient client = run->connect();
    client.take_only(100'000);
    client.send(get_request("/file/large.bin"));
    run->settle();
    EXPECT_EQ(client.received().size(), 100'000u);
    EXPECT_FALSE(client.is_closed());
    run->pass(ServerOptions().write_timeout + 1s);
    EXPECT_TRUE(client.is_closed());
    EXPECT_EQ(run->log().find("Error"), std::string::npos) << run->log();
}

TEST_F(FileResponseTest, AClientThatGoesIsNoError) {
    MemoryClient client = run->connect();
    client.take_only(100'000);
    client.send(get_request("/file/large.bin"));
    run->settle();
    client.fail();
    run->settle();
    EXPECT_TRUE(client.is_closed());
    EXPECT_EQ(run->log().find("Error"), std::string::npos) << run->log();
}

TEST_F(FileResponseTest, ClosesWhenTheFileBecomesShorter) {
    MemoryClient client = run->connect();
    client.take_only(100'000);
    client.send(get_request("/file/large.bin") + get_request("/next"));
    run->settle();
    std::filesystem::resize_file(folder / "large.bin", 200'000);
    client.take_only(10'000'000);
    run->settle();
    EXPECT_TRUE(client.is_ended());
    EXPECT_LT(client.received().size(), 210'000u);
    EXPECT_NE(run->log().find("the file has become shorter"), std::string::npos);
}

TEST_F(FileResponseTest, SendsAFileToItsEndThatIsReplacedMeanwhile) {
    MemoryClient client = run->connect();
    client.take_only(100'000);
    client.send(get_request("/file/large.bin"));
    run->settle();
    folder.replace("large.bin", "short");
    client.take_only(10'000'000);
    run->settle();
    EXPECT_TRUE(test::parse_responses(client.received()).front().body == numbered(kLarge));
}

}  // namespace
}  // namespace indrik::web
