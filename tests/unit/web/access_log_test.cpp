#include "indrik/web/access_log.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "indrik/http/parser.hpp"
#include "indrik/web/request_observer.hpp"
#include "tests/support/server_run.hpp"
#include "tests/unit/web/test_app.hpp"

namespace indrik::web {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::MatchesRegex;

class AccessLoggerTest : public testing::Test {
protected:
    AccessLoggerTest() {
        setenv("TZ", "UTC", 1);
        tzset();
        response_headers.append("X-Out", "out");
        record.remote = "192.0.2.1";
        record.response_headers = &response_headers;
        record.status = http::Status::NotFound;
        record.body_bytes = 1234;
        record.started = 1'792'540'800;  // 2026-10-21 00:00:00 UTC
        record.duration = 1'234'567us;
        parse(
            "POST /p%20q?a=b&c HTTP/1.1\r\nHost: h\r\nReferer: http://r/\r\nUser-Agent: agent/1\r\n"
            "Authorization: Basic dXNlcjpwYXNz\r\nX-In: in\r\n\r\n");
    }

    void parse(std::string request) {
        text = std::move(request);
        http::RequestParser parser;
        ASSERT_TRUE(parser.parse(text, head).has_value());
        record.request = &head;
    }
    std::string line(std::string_view format) {
        const auto sink = std::make_shared<MemorySink>();
        AccessLogger(sink, format).log(record);
        std::string written = sink->text();
        EXPECT_TRUE(written.ends_with('\n'));
        written.pop_back();
        return written;
    }
    static std::string error_of(std::string_view format) {
        try {
            const AccessLogger log(std::make_shared<NullSink>(), format);
        } catch (const std::invalid_argument& error) {
            return error.what();
        }
        return "no error";
    }

    std::string text;
    http::RequestHead head;
    http::Headers response_headers;
    AccessRecord record;
};

TEST_F(AccessLoggerTest, KnowsEveryAtom) {
    EXPECT_EQ(line("%(h)s|%(l)s|%(u)s|%(t)s"), "192.0.2.1|-|user|[21/Oct/2026:00:00:00 +0000]");
    EXPECT_EQ(line("%(r)s"), "POST /p%20q?a=b&c HTTP/1.1");
    EXPECT_EQ(line("%(m)s|%(U)s|%(q)s|%(H)s"), "POST|/p%20q|a=b&c|HTTP/1.1");
    EXPECT_EQ(line("%(s)s|%(B)s|%(b)s"), "404|1234|1234");
    EXPECT_EQ(line("%(f)s|%(a)s"), "http://r/|agent/1");
    EXPECT_EQ(line("%(T)s|%(M)s|%(D)s|%(L)s"), "1|1234|1234567|1.234567");
    EXPECT_EQ(line("%(p)s"), "<" + std::to_string(getpid()) + ">");
    EXPECT_EQ(line("%({x-in}i)s|%({X-OUT}o)s"), "in|out");
    setenv("INDRIK_TEST_VARIABLE", "env", 1);
    EXPECT_EQ(line("%({INDRIK_TEST_VARIABLE}e)s"), "env");
    EXPECT_EQ(line("100%% %%(h)s"), "100% %(h)s");
    EXPECT_EQ(line("no atoms"), "no atoms");
    EXPECT_EQ(line(""), "");
}

TEST_F(AccessLoggerTest, KnowsApachesAndAiohttpsAtoms) {
    record.sent_bytes = 1500;
    record.request_id = "id-1";
    const std::string pid = std::to_string(getpid());
    EXPECT_EQ(line("%a|%h|%l|%u|%t"), "192.0.2.1|192.0.2.1|-|user|[21/Oct/2026:00:00:00 +0000]");
    EXPECT_EQ(line("%r"), "POST /p%20q?a=b&c HTTP/1.1");
    EXPECT_EQ(line("%m|%U|%q|%H"), "POST|/p%20q|?a=b&c|HTTP/1.1");
    EXPECT_EQ(line("%s|%>s|%b|%B|%O"), "404|404|1234|1234|1500");
    EXPECT_EQ(line("%T|%Tf|%D|%{s}T|%{ms}T|%{us}T"), "1|1.234567|1234567|1|1234|1234567");
    EXPECT_EQ(line("%P|%L"), pid + "|id-1");
    EXPECT_EQ(line("%{x-in}i|%{X-OUT}o|%{Nothing}i"), "in|out|-");
    EXPECT_EQ(line(R"(%a %t "%r" %s %b "%{Referer}i" "%{User-Agent}i")"),
              "192.0.2.1 [21/Oct/2026:00:00:00 +0000] \"POST /p%20q?a=b&c HTTP/1.1\" 404 1234 "
              "\"http://r/\" \"agent/1\"");
}

TEST_F(AccessLoggerTest, ParenthesesTellTheNotationsApart) {
    // gunicorn's agent, Apache's address; gunicorn's decimal seconds, Apache's request id.
    record.request_id = "id-1";
    EXPECT_EQ(line("%(a)s %a"), "agent/1 192.0.2.1");
    EXPECT_EQ(line("%(L)s %L %(request_id)s"), "1.234567 id-1 id-1");
    EXPECT_EQ(line("%(q)s %q"), "a=b&c ?a=b&c");
    EXPECT_EQ(line("%ms %%m %(m)s"), "POSTs %m POST");
    parse("GET / HTTP/1.0\r\n\r\n");
    EXPECT_EQ(line("%q|%(q)s"), "|");
}

TEST_F(AccessLoggerTest, WritesJSON) {
    record.started_ms = 7;
    record.request_id = "id-1";
    EXPECT_EQ(
        line("json"),
        R"({"time":"2026-10-21T00:00:00.007Z","remote":"192.0.2.1","user":"user","method":"POST",)"
        R"("path":"/p%20q","query":"a=b&c","protocol":"HTTP/1.1","status":404,"bytes":1234,)"
        R"("duration":1.234567,"referer":"http://r/","user_agent":"agent/1","request_id":"id-1","pid":)" +
            std::to_string(getpid()) + "}");
    record.request = nullptr;
    record.request_id = {};
    EXPECT_THAT(line("json"),
                HasSubstr(R"("method":null,"path":null,"query":null,"protocol":null)"));
}

TEST_F(AccessLoggerTest, JSONIsValidWhateverClientsSend) {
    http::Headers forged;
    forged.append_view(http::Field::UserAgent, "User-Agent", "a\"b\\c\nd\xff\x01");
    head.headers = std::move(forged);
    EXPECT_THAT(line("json"), HasSubstr("\"user_agent\":\"a\\\"b\\\\c\\nd\xef\xbf\xbd\\u0001\""));
}

TEST_F(AccessLoggerTest, LeavesOutExcludedPaths) {
    const auto sink = std::make_shared<MemorySink>();
    AccessLogger log(sink, "%U");
    log.exclude({"/healthz", "/static/*"});
    for (const char* target :
         {"/healthz", "/healthz?a", "/healthz/x", "/static/", "/static/a/b", "/static", "/"}) {
        parse(std::string("GET ") + target + " HTTP/1.1\r\nHost: h\r\n\r\n");
        log.log(record);
    }
    record.request = nullptr;
    log.log(record);
    log.flush();
    EXPECT_EQ(sink->text(), "/healthz/x\n/static\n/\n-\n");
}

TEST_F(AccessLoggerTest, DefaultFormatIsGunicorns) {
    EXPECT_EQ(
        line(AccessLogger::kDefaultFormat),
        "192.0.2.1 - user [21/Oct/2026:00:00:00 +0000] \"POST /p%20q?a=b&c HTTP/1.1\" 404 1234 "
        "\"http://r/\" \"agent/1\"");
}

TEST_F(AccessLoggerTest, MissingValuesAreDashes) {
    parse("GET / HTTP/1.0\r\n\r\n");
    record.remote = {};
    record.body_bytes = 0;
    unsetenv("INDRIK_TEST_VARIABLE");
    EXPECT_EQ(line("%(h)s %(u)s %(f)s %(a)s %({X-In}i)s %({Nothing}o)s %({INDRIK_TEST_VARIABLE}e)s "
                   "%(b)s %(B)s %(H)s"),
              "- - - - - - - - 0 HTTP/1.0");
}

TEST_F(AccessLoggerTest, RequestThatCouldNotBeParsedHasDashes) {
    record.request = nullptr;
    EXPECT_EQ(line("\"%(r)s\" %(m)s %(U)s %(H)s %(s)s \"%(a)s\" %(u)s"), "\"-\" - - - 404 \"-\" -");
}

TEST_F(AccessLoggerTest, NobodyCanForgeALine) {
    http::Headers forged;
    forged.append_view(http::Field::UserAgent, "User-Agent", "a\"b\\c\nd\x1b[0m\x7f");
    head.headers = std::move(forged);
    EXPECT_EQ(line("\"%(a)s\""), R"("a\"b\\c\x0ad\x1b[0m\x7f")");
    // base64 of "u\n\"x:secret"
    parse("GET /x HTTP/1.1\r\nHost: h\r\nAuthorization: Basic dQoieDpzZWNyZXQ=\r\n\r\n");
    EXPECT_EQ(line("%(u)s"), R"(u\x0a\"x)");
}

TEST_F(AccessLoggerTest, UserIsThatOfBasicCredentialsOnly) {
    for (const auto& [value, user] :
         std::vector<std::pair<std::string, std::string>>{{"basic dXNlcjpwYXNz", "user"},
                                                          {"BASIC dXNlcjpwYXNz", "user"},
                                                          {"Basic dXNlcg==", "user"},
                                                          {"Basic ???", "-"},
                                                          {"Basic ", "-"},
                                                          {"Bearer dXNlcjpwYXNz", "-"},
                                                          {"Basic", "-"}}) {
        parse("GET / HTTP/1.1\r\nHost: h\r\nAuthorization: " + value + "\r\n\r\n");
        EXPECT_EQ(line("%(u)s"), user) << value;
    }
}

TEST_F(AccessLoggerTest, ErrorsNameTheAtomAndItsPlace) {
    EXPECT_EQ(error_of("%(h)s %(z)s"), "access log format: unknown atom '%(z)s' at position 6");
    EXPECT_THAT(error_of("%({X}x)s"), HasSubstr("unknown atom '%({X}x)s' at position 0"));
    EXPECT_THAT(error_of("%({}i)s"), HasSubstr("unknown atom"));
    EXPECT_THAT(error_of("%()s"), HasSubstr("unknown atom '%()s'"));
    EXPECT_EQ(error_of("ab%Z"), "access log format: unknown atom '%Z' at position 2");
    EXPECT_EQ(error_of("%{X}x"), "access log format: unknown atom '%{X}x' at position 0");
    EXPECT_THAT(error_of("%{X}"), HasSubstr("expected %(atom)s, %a or %% at position 0"));
    EXPECT_THAT(error_of("%{}i"), HasSubstr("at position 0"));
    EXPECT_THAT(error_of("%f"), HasSubstr("unknown atom '%f'"));  // a file's name, with Apache
    EXPECT_THAT(error_of("%(h"), HasSubstr("at position 0"));
    EXPECT_THAT(error_of("50%"), HasSubstr("at position 2"));
}

TEST_F(AccessLoggerTest, LinesAreGatheredUntilFlushedOrFull) {
    const auto sink = std::make_shared<MemorySink>();
    {
        AccessLogger log(sink, "%(h)s");
        log.log(record);
        EXPECT_EQ(sink->text(), "");
        log.flush();
        EXPECT_EQ(sink->text(), "192.0.2.1\n");
        log.flush();
        EXPECT_EQ(sink->text(), "192.0.2.1\n");
        for (int i = 0; i < 4000; ++i) log.log(record);
        EXPECT_GT(sink->text().size(), 32'000u);
        EXPECT_LT(sink->text().size(), 4001u * 10);
    }
    EXPECT_EQ(sink->text().size(), 4001u * 10);
}

class ServedAccessLogTest : public testing::Test {
protected:
    ServerOptions options() {
        ServerOptions options;
        options.access_log = &log;
        return options;
    }
    std::string lines() {
        log.flush();
        return sink->text();
    }

    std::shared_ptr<MemorySink> sink = std::make_shared<MemorySink>();
    AccessLogger log{sink, R"(%(h)s "%(r)s" %(s)s %(b)s)"};
    TestState state;
    test::ServerRun run{make_test_app(state), options()};
};

TEST_F(ServedAccessLogTest, HasALineForEveryRequestRefusedOnesIncluded) {
    run.answers_to(get_request("/") + post_request("/echo", "body") + get_request("/nothing") +
                   "BAD\r\n\r\n");
    EXPECT_EQ(lines(),
              "127.0.0.1 \"GET / HTTP/1.1\" 200 5\n127.0.0.1 \"POST /echo HTTP/1.1\" 200 4\n"
              "127.0.0.1 \"GET /nothing HTTP/1.1\" 404 14\n127.0.0.1 \"-\" 400 16\n");
}

TEST_F(ServedAccessLogTest, NamesTheClientBehindATrustedProxy) {
    ServerOptions trusting = options();
    trusting.forwarded_allow_ips = http::TrustedProxies::parse("127.0.0.1").value();
    test::ServerRun behind_proxy(make_test_app(state), trusting);
    behind_proxy.answers_to(get_request("/", "X-Forwarded-For: 192.0.2.7\r\n") +
                            get_request("/", "X-Forwarded-For: \"nonsense\r\n") + "BAD\r\n\r\n");
    run.answers_to(get_request("/", "X-Forwarded-For: 192.0.2.7\r\n"));
    EXPECT_EQ(lines(),
              "192.0.2.7 \"GET / HTTP/1.1\" 200 5\n127.0.0.1 \"GET / HTTP/1.1\" 200 5\n"
              "127.0.0.1 \"-\" 400 16\n127.0.0.1 \"GET / HTTP/1.1\" 200 5\n");
}

TEST_F(ServedAccessLogTest, CountsNoBodyWhereNoneIsSent) {
    run.answers_to("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n" + get_request("/status/204") +
                   get_request("/status/304"));
    EXPECT_EQ(lines(),
              "127.0.0.1 \"HEAD / HTTP/1.1\" 200 -\n127.0.0.1 \"GET /status/204 HTTP/1.1\" 204 -\n"
              "127.0.0.1 \"GET /status/304 HTTP/1.1\" 304 -\n");
}

TEST_F(ServedAccessLogTest, CountsTheBytesOfHeadAndBody) {
    AccessLogger sent_log(sink, "%O %b");
    ServerOptions counting;
    counting.access_log = &sent_log;
    test::ServerRun counted(make_test_app(state), counting);
    const std::string answers = counted.answers_to(get_request("/"));
    const std::string head = counted.answers_to("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
    sent_log.flush();
    EXPECT_EQ(sink->text(),
              std::to_string(answers.size()) + " 5\n" + std::to_string(head.size()) + " -\n");
}

/// Remembers what it is told.
struct Witness final : RequestObserver {
    void request_done(const RequestOutcome& outcome) override {
        text += (outcome.request ? std::string(outcome.request->target) : "-") + " " +
                std::to_string(static_cast<int>(outcome.status)) + "\n";
        shortest = std::min(shortest, outcome.duration);
    }
    void request_failed() override { text += "failed\n"; }
    std::string text;
    std::chrono::microseconds shortest = 1h;
};

TEST_F(ServedAccessLogTest, ObserversAreToldOfEveryRequest) {
    Witness witness;
    ServerOptions observed;
    observed.observers.push_back(&witness);
    test::ServerRun watched(make_test_app(state), observed);
    watched.answers_to(get_request("/") + get_request("/nothing") + "BAD\r\n\r\n");
    EXPECT_EQ(witness.text, "/ 200\n/nothing 404\n- 400\n");
    EXPECT_GE(witness.shortest, 0us);
}

TEST_F(ServedAccessLogTest, ServersTellWhatTheyAreAnswering) {
    std::array<RequestInFlight, 2> requests;
    EXPECT_EQ(run.server().list_requests(requests), 0u);
    std::vector<test::MemoryClient> clients;
    for (const char* target : {"/slow?1", "/slow?2", "/slow?3"}) {
        clients.push_back(run.connect());
        clients.back().send(get_request(target));
        run.settle();
    }
    ASSERT_EQ(run.server().list_requests(requests), 2u);  // the newest, for there is no more room
    EXPECT_EQ(requests[0].target, "/slow?3");
    EXPECT_EQ(requests[1].target, "/slow?2");
    EXPECT_EQ(requests[0].method, "GET");
    EXPECT_GT(requests[0].since, 0);
}

TEST_F(ServedAccessLogTest, IsWrittenOutWithinASecondOrSo) {
    run.answers_to(get_request("/"));
    EXPECT_EQ(sink->text(), "");
    run.pass(1500ms);
    EXPECT_NE(sink->text(), "");
}

}  // namespace
}  // namespace indrik::web
