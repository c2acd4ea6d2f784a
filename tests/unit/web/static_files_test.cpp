// Folders as routes: what is found, and above all what is not.

#include "indrik/web/static_files.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <unistd.h>

#include "tests/support/server_run.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/web/test_app.hpp"

namespace indrik::web {
namespace {

using test::ServerRun;
using test::TemporaryFolder;
using test::WireResponse;

class StaticFilesTest : public testing::Test {
protected:
    StaticFilesTest() {
        outer.write("secret.txt", "secret");
        outer.write("public/app.css", "body{}");
        outer.write("public/sub/deep file.txt", "deep");
        outer.link("public/link.txt", outer / "secret.txt");
        outer.link("public/climb.txt", "../secret.txt");
        outer.link("public/inner.css", "app.css");
    }
    void serve(StaticFiles files) {
        Application app;
        app.add_routes({
            std::move(files).name("static"),
            get("/url",
                [](Request& request) {
                    const std::string_view name = request.query().get("name").value_or("");
                    return Response().text(static_url(request, "static", name));
                }),
            get("/bad", [](Request& r) { return Response().text(static_url(r, "nothing", "a")); }),
        });
        run.emplace(std::move(app));
    }
    StaticFiles files() { return static_files("/static", outer / "public"); }
    WireResponse ask(std::string_view target, std::string_view fields = {}) {
        const auto responses = test::parse_responses(run->answers_to(get_request(target, fields)));
        if (responses.size() == 1) return responses.front();
        ADD_FAILURE() << responses.size() << " responses to " << target;
        return {};
    }
    /// Without what changes from one answer to the next.
    std::string answer(std::string_view target) {
        const WireResponse response = ask(target);
        const std::size_t date = response.head.find("Date: ");
        return response.head.substr(0, date) + response.head.substr(date + 37) + response.body;
    }

    TemporaryFolder outer;
    std::optional<ServerRun> run;
};

TEST_F(StaticFilesTest, ServesFilesBeneathItsFolder) {
    serve(files());
    EXPECT_EQ(ask("/static/app.css").body, "body{}");
    EXPECT_TRUE(ask("/static/app.css").has_field("Content-Type: text/css"));
    EXPECT_EQ(ask("/static/sub/deep%20file.txt").body, "deep");
    EXPECT_EQ(ask("/static/%61pp.css").body, "body{}");
    EXPECT_EQ(ask("/static/app.css?any=query").body, "body{}");
    const std::string head = run->answers_to("HEAD /static/app.css HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_NE(head.find("Content-Length: 6\r\n"), std::string::npos);
    EXPECT_EQ(head.substr(head.size() - 4), "\r\n\r\n");
    EXPECT_EQ(run->answers_to("POST /static/app.css HTTP/1.1\r\nHost: x\r\n\r\n").substr(9, 3),
              "405");
}

TEST_F(StaticFilesTest, ServesTheRoot) {
    serve(static_files("/", outer / "public"));
    EXPECT_EQ(ask("/app.css").body, "body{}");
    EXPECT_EQ(ask("/url?name=app.css").body.substr(0, 11), "/app.css?v=");
}

/// Every way that is known to write "../secret.txt", or something that does not exist: the answers are the same to the byte.
TEST_F(StaticFilesTest, NothingLeadsOutOfItsFolder) {
    for (const bool follow_symlinks : {false, true}) {  // CVE-2024-23334
        serve(files().follow_symlinks(follow_symlinks));
        const std::string absent = answer("/static/absent");
        EXPECT_EQ(absent.substr(9, 3), "404");
        const std::string absolute = (outer / "secret.txt").string();
        const std::string targets[] = {
            "/static/../secret.txt",
            "/static/..%2fsecret.txt",
            "/static/..%2Fsecret.txt",
            "/static/%2e%2e/secret.txt",
            "/static/%2E%2E/secret.txt",
            "/static/.%2e/secret.txt",
            "/static/%2e%2e%2fsecret.txt",
            "/static/%252e%252e%252fsecret.txt",
            "/static/%252e%252e/secret.txt",
            "/static/..%5csecret.txt",
            "/static/..%5Csecret.txt",
            "/static/%2e%2e%5csecret.txt",
            "/static/..%255csecret.txt",
            "/static/sub/../../secret.txt",
            "/static/sub/%2e%2e/%2e%2e/secret.txt",
            "/static/sub/../app.css",
            "/static/./app.css",
            "/static/%2e/app.css",
            "/static//app.css",
            "/static/sub//deep%20file.txt",
            "/static/sub%2fdeep%20file.txt",
            "/static/..%c0%afsecret.txt",
            "/static/%c0%ae%c0%ae/secret.txt",
            "/static/%e0%80%ae%e0%80%ae/secret.txt",
            "/static/%uff0e%uff0e/secret.txt",
            "/static/%EF%BC%8E%EF%BC%8E/secret.txt",
            "/static/....//secret.txt",
            "/static/...%2f./secret.txt",
            "/static/..;/secret.txt",
            "/static/..%00/secret.txt",
            "/static/app.css%00",
            "/static/app.css%00.txt",
            "/static/app.css/",
            "/static/app.css/.",
            "/static/app.css%0a",
            "/static/..",
            "/static/%2e%2e",
            "/static/",
            "/static/sub",
            "/static/sub/",
            "/static/link.txt",
            "/static/climb.txt",
            "/static" + absolute,
            "/static/" + absolute,
            "/static/%2f" + absolute.substr(1),
            "/static/" + std::string(4000, 'a'),
        };
        for (const std::string& target : targets) EXPECT_EQ(answer(target), absent) << target;
    }
}

TEST_F(StaticFilesTest, FollowsLinksWithinItsFolderIfAllowed) {
    serve(files());
    EXPECT_EQ(ask("/static/inner.css").status, 404);
    serve(files().follow_symlinks(true));
    EXPECT_EQ(ask("/static/inner.css").body, "body{}");
}

/// CVE-2025-69226: whether something exists outside, or may not be read, does not show.
TEST_F(StaticFilesTest, AnswersProbesLikeAbsence) {
    outer.write("public/private.txt", "private");
    std::filesystem::permissions(outer / "public/private.txt", std::filesystem::perms::none);
    serve(files());
    EXPECT_EQ(answer("/static/%2e%2e/secret.txt"), answer("/static/%2e%2e/absent.txt"));
    EXPECT_EQ(answer("/static/link.txt"), answer("/static/absent.txt"));
    if (::geteuid() != 0) {
        EXPECT_EQ(answer("/static/private.txt"), answer("/static/absent"));
    }
}

TEST_F(StaticFilesTest, ListsFoldersIfAllowed) {
    outer.write("public/<img src=x onerror=alert(1)>", "");  // CVE-2024-27306
    outer.write("public/a&b \"quoted' %41.txt", std::string(1536, 'x'));
    outer.write("public/<b>/inside", "");
    serve(files().show_index(true));
    const std::string page = ask("/static/").body;
    EXPECT_EQ(page, ask("/static/").body);
    EXPECT_EQ(page.find("<img"), std::string::npos);
    EXPECT_EQ(page.find("<b>"), std::string::npos);
    EXPECT_NE(page.find("&lt;img src=x onerror=alert(1)&gt;</a>"), std::string::npos);
    EXPECT_NE(page.find("\"/static/a&amp;b%20%22quoted&#39;%20%2541.txt\""), std::string::npos)
        << page;
    EXPECT_NE(page.find("a&amp;b &quot;quoted&#39; %41.txt</a></td><td>1.5 KiB"),
              std::string::npos);
    EXPECT_NE(page.find("<a href=\"/static/sub/\">sub/</a>"), std::string::npos);
    EXPECT_LT(page.find("sub/"), page.find("app.css"));
    EXPECT_EQ(page.find("link.txt"), std::string::npos);
    EXPECT_EQ(page.find("inner.css"), std::string::npos);
    EXPECT_NE(ask("/static/sub").body.find("href=\"/static/sub/deep%20file.txt\""),
              std::string::npos);
    const std::string inner = ask("/static/%3Cb%3E/").body;
    EXPECT_EQ(inner.find("<b>"), std::string::npos);
    EXPECT_NE(inner.find("href=\"/static/%3Cb%3E/inside\""), std::string::npos) << inner;
    EXPECT_EQ(ask("/static/../").status, 404);
}

TEST_F(StaticFilesTest, SendsPrecompressedSiblings) {
    outer.write("public/app.css.gz", "as gzip");
    outer.write("public/app.css.br", "as brotli");
    serve(files().cache_control("max-age=60"));
    const WireResponse plain = ask("/static/app.css");
    EXPECT_EQ(plain.body, "body{}");
    EXPECT_TRUE(plain.has_field("Vary: Accept-Encoding"));
    const WireResponse gzip = ask("/static/app.css", "Accept-Encoding: gzip\r\n");
    EXPECT_EQ(gzip.body, "as gzip");
    EXPECT_TRUE(gzip.has_field("Content-Encoding: gzip"));
    EXPECT_TRUE(gzip.has_field("Content-Type: text/css"));
    EXPECT_TRUE(gzip.has_field("Cache-Control: max-age=60"));
    EXPECT_EQ(ask("/static/app.css", "Accept-Encoding: gzip, br\r\n").body, "as brotli");
    EXPECT_EQ(ask("/static/app.css", "Accept-Encoding: gzip\r\nAccept-Encoding: br\r\n").body,
              "as brotli");
    EXPECT_EQ(ask("/static/app.css", "Accept-Encoding: gzip, br;q=0\r\n").body, "as gzip");
    EXPECT_EQ(ask("/static/app.css", "Accept-Encoding: zstd, gzip;q=0\r\n").body, "body{}");
    const std::size_t at = gzip.head.find("ETag: ") + 6;
    const std::string tag = gzip.head.substr(at, gzip.head.find("\r\n", at) - at);
    const std::string condition = "If-None-Match: " + tag + "\r\n";
    const WireResponse unchanged = ask("/static/app.css", "Accept-Encoding: gzip\r\n" + condition);
    EXPECT_EQ(unchanged.status, 304);
    EXPECT_TRUE(unchanged.has_field("Vary: Accept-Encoding"));
    EXPECT_TRUE(unchanged.has_field("Cache-Control: max-age=60"));
    EXPECT_EQ(ask("/static/app.css", condition).status, 200);
    EXPECT_EQ(ask("/static/app.css.gz", "Accept-Encoding: gzip\r\n").body, "as gzip");
    serve(files().precompressed(false));
    EXPECT_FALSE(
        ask("/static/app.css", "Accept-Encoding: gzip\r\n").has_field("Vary: Accept-Encoding"));
}

TEST_F(StaticFilesTest, NamesFilesByTheirContent) {
    serve(files().cache_control("no-cache"));
    const std::string url = ask("/url?name=app.css").body;
    const std::string hash = "7c98040a54165758";  // of SHA-256
    EXPECT_EQ(url, "/static/app.css?v=" + hash);
    EXPECT_EQ(url, ask("/url?name=/app.css").body);
    EXPECT_TRUE(ask(url).has_field("Cache-Control: public, max-age=31536000, immutable"));
    EXPECT_TRUE(ask("/static/app.css?v=0").has_field("Cache-Control: no-cache"));
    EXPECT_TRUE(ask("/static/app.css").has_field("Cache-Control: no-cache"));
    EXPECT_EQ(ask("/url?name=sub/deep+file.txt").body.substr(0, 30),
              "/static/sub/deep%20file.txt?v=");
    EXPECT_EQ(ask("/url?name=absent").body, "/static/absent");
    EXPECT_EQ(ask("/url?name=../secret.txt").body, "/static/../secret.txt");
    EXPECT_EQ(ask("/bad").status, 500);
    serve(files().append_version(false));
    EXPECT_EQ(ask("/url?name=app.css").body, "/static/app.css");
}

TEST_F(StaticFilesTest, RefusesWhatCannotBeServed) {
    EXPECT_THROW(serve(static_files("static", outer / "public")), std::invalid_argument);
    EXPECT_THROW(serve(static_files("/{x}", outer / "public")), std::invalid_argument);
    EXPECT_THROW(serve(static_files("/static", outer / "absent")), std::invalid_argument);
    EXPECT_THROW(serve(static_files("/static", outer / "secret.txt")), std::invalid_argument);
}

TEST_F(StaticFilesTest, TellsTheFoldersOfAllApplications) {
    Application admin;
    admin.add_routes({static_files("/files", outer / "public/sub")});
    Application api;
    api.add_routes({static_files("/", outer / "public/sub")});
    Application app;
    app.add_routes({get("/", [](Request&) { return Response(); }),
                    static_files("/static", outer / "public").name("static")});
    app.add_subapp("/admin", std::move(admin));
    app.add_domain("api.example.com", std::move(api));
    const auto folders = static_folders(app);
    EXPECT_EQ(folders.size(), 3u);
    EXPECT_EQ(std::count(folders.begin(), folders.end(), outer / "public"), 1);
    EXPECT_EQ(std::count(folders.begin(), folders.end(), outer / "public/sub"), 2);
}

}  // namespace
}  // namespace indrik::web
