// Forms gathered by request.post(): texts, files in memory and on disk, limits, and disks that are full.

#include "indrik/web/form_data.hpp"

#include <csignal>
#include <functional>
#include <string>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/support/server_run.hpp"
#include "tests/support/splits.hpp"
#include "tests/unit/web/form_text.hpp"

namespace indrik::web {
namespace {

using test::parse_responses;
using test::summary;
using testing::HasSubstr;
using testing::StartsWith;
using tests::Pieces;

using Look = std::function<std::string(const FormData&)>;

std::string describe(const FormData& form) {
    std::string text;
    for (const FormField& field : form) {
        text += field.name + "=";
        if (field.is_file()) {
            const FileField& file = *field.file;
            text += file.filename + "(" + file.content_type + "," + std::to_string(file.size) +
                    (file.file.is_in_memory() ? ",memory," : ",disk,") +
                    (file.size < 100 ? file.file.read_all() : "") + ")";
        } else {
            text += field.text;
        }
        text += ";";
    }
    return text;
}

Application make_form_app(const Look& look) {
    Application app;
    app.add_route(get("/", [](Request&) { return Response().text("next"); }));
    app.add_route(post("/", [look](Request& r) -> Task<Response> {
        const FormData form = co_await r.post();
        co_return Response().text(look(form));
    }));
    return app;
}

std::string seen(const Pieces& pieces, const Look& look, ServerOptions options = {}) {
    test::ServerRun run(make_form_app(look), std::move(options));
    return summary(run.answers_to(pieces));
}
std::string seen(std::string_view request, const Look& look, ServerOptions options = {}) {
    return seen(Pieces{request}, look, std::move(options));
}

ServerOptions with_limit(std::uint64_t bytes) {
    ServerOptions options;
    options.body_limit_bytes = bytes;
    return options;
}

/// Descriptors that this process has open.
int open_descriptors() {
    int count = 0;
    for (int fd = 0; fd < 256; ++fd) count += ::fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
    return count;
}

TEST(FormData, HoldsFieldsInOrderWhereverTheBodyIsCut) {
    const std::string request =
        form_request(text_part("a", "1") + file_part("f", "x.png", "bytes") +
                     text_part("a", "2\r\n")) +
        get_request("/");
    EXPECT_EQ(tests::expect_same_in_any_fragmentation(
                  request, [](const Pieces& pieces) { return seen(pieces, describe); }),
              "200 a=1;f=x.png(image/png,5,memory,bytes);a=2\r\n;|200 next");
}

TEST(FormData, IsAskedByName) {
    const Look look = [](const FormData& form) {
        const auto all = form.get_all("a");
        EXPECT_TRUE(form.contains("f"));
        EXPECT_FALSE(form.contains("g"));
        EXPECT_EQ(form.get("f"), std::nullopt);
        EXPECT_EQ(form.file("a"), nullptr);
        EXPECT_EQ(form.files().size(), 1u);
        EXPECT_EQ(form.texts().size(), 2u);
        EXPECT_EQ(form.file("f")->headers.get("x-more"), "yes");
        return std::string(all.at(0)) + std::string(all.at(1)) +
               std::string(form.get("b", "none")) + form.file("f")->file.read(1, 2);
    };
    EXPECT_EQ(seen(form_request(text_part("a", "1") +
                                part("Content-Disposition: form-data; name=f; filename=n\r\n"
                                     "X-More: yes",
                                     "abcd") +
                                text_part("a", "2")),
                   look),
              "200 12nonebc");
}

TEST(FormData, LargeFilesGoToOneFileThatIsGoneWithTheRequest) {
    const std::string one(100'000, '1');
    const std::string two(70'000, '2');
    const Look look = [&](const FormData& form) {
        EXPECT_EQ(form.file("one")->file.read_all(), one);
        EXPECT_EQ(form.file("two")->file.read_all(), two);
        EXPECT_EQ(form.file("two")->file.read(69'990, 100), "2222222222");
        return describe(form) + std::to_string(open_descriptors());
    };
    test::ServerRun run(make_form_app(look));
    const int at_rest = open_descriptors();
    const std::string answer = summary(run.answers_to(form_request(
        file_part("one", "1", one) + file_part("s", "s", "tiny") + file_part("two", "2", two))));
    EXPECT_EQ(answer,
              "200 one=1(image/png,100000,disk,);s=s(image/png,4,memory,tiny);"
              "two=2(image/png,70000,disk,);" +
                  std::to_string(at_rest + 1));
    EXPECT_EQ(open_descriptors(), at_rest);
}

TEST(FormData, FilesAreCopiedOut) {
    const std::string large(300'000, 'l');
    const Look look = [&](const FormData& form) {
        const TemporaryFile target;
        form.file("a")->file.copy_to(target.fd());
        form.file("b")->file.copy_to(target.fd());
        std::string bytes(400'000, '\0');
        const ssize_t size = ::pread(target.fd(), bytes.data(), bytes.size(), 0);
        bytes.resize(static_cast<std::size_t>(size));
        return std::string(bytes == "small" + large ? "same" : "different");
    };
    EXPECT_EQ(seen(form_request(file_part("a", "a", "small") + file_part("b", "b", large)), look),
              "200 same");
}

TEST(FormData, IsTheSameWhenAskedForAgainAndAfterRead) {
    Application app;
    app.add_route(post("/", [](Request& r) -> Task<Response> {
        if (r.query_string() == "read") co_await r.read();
        const FormData first = co_await r.post();
        const FormData second = co_await r.post();
        co_return Response().text(describe(first) + describe(second));
    }));
    test::ServerRun run(std::move(app));
    std::string request = form_request(text_part("a", "1"));
    EXPECT_EQ(summary(run.answers_to(request)), "200 a=1;a=1;");
    EXPECT_EQ(summary(run.answers_to(request.replace(5, 1, "/?read"))), "200 a=1;a=1;");
}

// CVE-2025-69227: malformed forms once made post() turn for ever.
TEST(FormData, MalformedFormsAre400) {
    EXPECT_EQ(seen(form_request(part("Content-Type: text/plain", "x")), describe),
              "400 a part of the form has no name");
    EXPECT_EQ(seen(post_request("/", "--XX\r\n", kMultipartType), describe),
              "400 the multipart body ends without its last delimiter");
}

// CVE-2025-69228: the limit counts for all fields together; CVE-2026-34517: and before they are gathered.
TEST(FormData, TotalIsLimitedWhileItArrives) {
    std::string parts;
    for (int i = 0; i < 20; ++i) parts += text_part("a", std::string(100, 'x'));
    EXPECT_THAT(seen(form_request(parts), describe, with_limit(1000)), StartsWith("413 "));
    EXPECT_THAT(
        seen(form_request(file_part("f", "f", std::string(1000, 'x'))), describe, with_limit(1000)),
        StartsWith("413 "));

    test::ServerRun run(make_form_app(describe), with_limit(1000));
    test::MemoryClient client = run.connect();
    client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" +
                std::string(kMultipartType) + "\r\n10000\r\n" + text_part("a", ""));
    run.settle();
    EXPECT_EQ(client.received(), "");
    client.send(std::string(1000, 'x'));
    run.settle();
    const auto responses = parse_responses(client.received());
    ASSERT_EQ(responses.size(), 1u);
    EXPECT_EQ(responses[0].status, 413);
    EXPECT_TRUE(responses[0].closes());
}

TEST(FormData, AnnouncedBeyondTheLimitIsRefusedAtOnce) {
    test::ServerRun run(make_form_app(describe), with_limit(1000));
    test::MemoryClient client = run.connect();
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n" +
                std::string(kMultipartType) + "\r\n");
    run.settle();
    EXPECT_THAT(client.received(), StartsWith("HTTP/1.1 413 "));
}

TEST(FormData, TextsTakeLimitedMemoryWhateverTheBodyMayHave) {
    const std::string parts = text_part("a", std::string(700'000, 'x'));
    EXPECT_THAT(seen(form_request(parts + parts), describe, with_limit(100'000'000)),
                StartsWith("413 "));
    // Small files move to the disk instead.
    std::string files;
    for (int i = 0; i < 30; ++i) files += file_part("f", "f", std::string(60'000, 'x'));
    const std::string answer = seen(form_request(files), describe, with_limit(100'000'000));
    EXPECT_THAT(answer, StartsWith("200 f=f(image/png,60000,memory,)"));
    EXPECT_THAT(answer, HasSubstr("f=f(image/png,60000,disk,)"));
}

/// No file of this process gets larger, as if the disk were full.
class FullDisk {
public:
    explicit FullDisk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit limit{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FullDisk() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }

private:
    void (*handler_)(int);
    rlimit before_{};
};

TEST(FormData, FullDiskIs507AndNothingIsLeft) {
    test::ServerRun run(make_form_app(describe));
    const int before = open_descriptors();
    const std::string request =
        form_request(file_part("f", "f", std::string(300'000, 'x'))) + get_request("/");
    {
        const FullDisk full(100'000);
        const auto responses = parse_responses(run.answers_to(request));
        ASSERT_GE(responses.size(), 1u);
        EXPECT_EQ(responses[0].status, 507);
        // The rest of the body was there: the connection goes on.
        EXPECT_TRUE(responses.size() == 2 || responses[0].closes());
    }
    EXPECT_EQ(open_descriptors(), before);
    EXPECT_THAT(run.log(), HasSubstr("cannot write to a file"));
    EXPECT_THAT(summary(run.answers_to(request)), StartsWith("200 f=f(image/png,300000,disk,)"));
}

TEST(FormData, DirectoryThatIsMissingIs500) {
    ServerOptions options;
    options.upload_directory = "/nonexistent/uploads";
    const std::string request = form_request(file_part("f", "f", std::string(300'000, 'x')));
    EXPECT_THAT(seen(request, describe, options), StartsWith("500 "));
    EXPECT_THAT(seen(form_request(file_part("f", "f", "small")), describe, options),
                StartsWith("200 "));
}

TEST(FormData, PartsThatBreakOffLeaveNothingBehind) {
    test::ServerRun run(make_form_app(describe));
    const int before = open_descriptors();
    const std::string request = form_request(file_part("f", "f", std::string(300'000, 'x')));
    EXPECT_THAT(summary(run.answers_to(request.substr(0, 200'000))), StartsWith("400 "));
    EXPECT_EQ(open_descriptors(), before);
}

}  // namespace
}  // namespace indrik::web
