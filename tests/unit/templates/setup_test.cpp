// Templates in a web application: what they see of it, and what becomes of their errors.

#include "indrik/templates/setup.hpp"

#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <asio/post.hpp>
#include <asio/this_coro.hpp>

#include "indrik/templates/awaiting.hpp"
#include "indrik/templates/errors.hpp"
#include "indrik/web/application.hpp"
#include "indrik/web/request.hpp"
#include "indrik/web/static_files.hpp"
#include "tests/support/server_run.hpp"
#include "tests/support/temporary_folder.hpp"

namespace indrik::templates {
namespace {

using Sources = std::map<std::string, std::string, std::less<>>;

/// Serves the template "page.html" (or another) at "/".
class SetupTest : public testing::Test {
protected:
    std::string answer(Sources sources,
                       SetupOptions options = {},
                       bool debug = false,
                       std::string_view target = "/shop/7?a=1&b=x%20y&a=2",
                       std::string_view name = "page.html") {
        folder.write("static/app.css", "body{}");
        web::Application app;
        setup(app, std::make_shared<DictLoader>(std::move(sources)), std::move(options));
        app.add_routes({
            web::get("/shop/{id}",
                     [name](web::Request& request) {
                         Dict context;
                         context.set(Value("who"), Value("<you>"));
                         return render(request, name, context);
                     })
                .name("item"),
            web::static_files("/static", folder / "static").name("static"),
        });
        web::ServerOptions server_options;
        server_options.debug = debug;
        test::ServerRun run(std::move(app), server_options);
        const std::string text = run.answers_to("GET " + std::string(target) +
                                                " HTTP/1.1\r\nHost: shop.example\r\nX-Mark: m\r\n"
                                                "Accept: text/html\r\nCookie: c=d; e=f\r\n\r\n");
        log = run.log();
        const auto responses = test::parse_responses(text);
        if (responses.size() != 1) return "no answer";
        head = responses.front().head;
        return responses.front().body;
    }
    std::string page(std::string text, SetupOptions options = {}) {
        return answer({{"page.html", std::move(text)}}, std::move(options));
    }

    test::TemporaryFolder folder;
    std::string head;
    std::string log;
};

TEST_F(SetupTest, RendersWithTheContextOfTheHandler) {
    EXPECT_EQ(page("Hello {{ who }}"), "Hello &lt;you&gt;");
    EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\n")) << head;
    EXPECT_NE(head.find("Content-Type: text/html; charset=utf-8\r\n"), std::string::npos) << head;
}

TEST_F(SetupTest, TheContentTypeGoesByTheName) {
    EXPECT_EQ(answer({{"a.txt", "{{ who }}"}}, {}, false, "/shop/1", "a.txt"), "<you>");
    EXPECT_NE(head.find("Content-Type: text/plain"), std::string::npos) << head;
}

TEST_F(SetupTest, AddressesOfRoutes) {
    EXPECT_EQ(page("{{ url('item', id='a b/c') }}"), "/shop/a%20b%2Fc");
    EXPECT_EQ(page("{{ url('item', id=7, query_={'q': 'a&b', 'page': 2})|safe }}"),
              "/shop/7?q=a%26b&page=2");
    EXPECT_NE(page("{{ url('nothing') }}").find("Internal Server Error"), std::string::npos);
    EXPECT_NE(log.find("ValueError"), std::string::npos) << log;
    EXPECT_NE(page("{{ url('item') }}").find("Internal Server Error"), std::string::npos);
    EXPECT_NE(page("{{ url('item', id=none) }}").find("Internal Server Error"), std::string::npos);
    EXPECT_NE(page("{{ url() }}").find("Internal Server Error"), std::string::npos);
}

TEST_F(SetupTest, AddressesOfFilesHaveTheHashOfTheirContent) {
    const std::string address = page("{{ static('app.css') }}");
    EXPECT_TRUE(address.starts_with("/static/app.css?v=")) << address;
    EXPECT_EQ(page("{{ static('none.css') }}"), "/static/none.css");
    EXPECT_NE(page("{{ static('app.css') }}", SetupOptions().static_route("other"))
                  .find("Internal Server Error"),
              std::string::npos);
}

TEST_F(SetupTest, TheRequest) {
    EXPECT_EQ(
        page("{{ request.method }} {{ request.path }} {{ request.host }} {{ request.scheme }} "
             "{{ request.query_string|safe }} {{ request.secure }}"),
        "GET /shop/7 shop.example http a=1&b=x%20y&a=2 False");
    EXPECT_EQ(
        page("{{ request.query.a }}{{ request.query.get('b') }}{{ request.query.getall('a') }}"
             "{{ request.query.get('z', 'none') }}{{ 'b' in request.query }}"),
        "1x y[&#39;1&#39;, &#39;2&#39;]noneTrue");
    EXPECT_EQ(page("{{ request.headers['x-mark'] }}{{ request.headers.get('X-MARK') }}"
                   "{{ request.cookies.c }}{{ request.match_info.id }}{{ request.nothing }}"
                   "{{ request.headers.nothing }}"),
              "mmd7");
    EXPECT_EQ(page("{% for k, v in request.query.items() %}{{ k }}={{ v }};{% endfor %}"
                   "{{ request.cookies|join(',') }}{{ request.query|length }}"),
              "a=1;b=x y;a=2;c,e3");
}

TEST_F(SetupTest, ImportedMacrosSeeIt) {
    EXPECT_EQ(
        answer({{"page.html", "{% import 'm.html' as m %}{{ m.link() }}"},
                {"m.html",
                 "{% macro link() %}{{ url('item', id=1) }} {{ request.path }}{% endmacro %}"}}),
        "/shop/1 /shop/7");
}

TEST_F(SetupTest, ContextProcessorsComeBeforeTheHandler) {
    const auto options = SetupOptions()
                             .context_processor([](web::Request& request, Dict& values) {
                                 values.set(Value("who"), Value("nobody"));
                                 values.set(Value("path"), Value(request.path()));
                             })
                             .context_processor([](web::Request&, Dict& values) {
                                 values.set(Value("more"), Value("more"));
                             })
                             .app(Value::dict({{"name", "Shop"}}));
    EXPECT_EQ(page("{{ who }} {{ path }} {{ more }} {{ app.name }} {{ app.other }}", options),
              "&lt;you&gt; /shop/7 more Shop ");
}

TEST_F(SetupTest, TokensAndMessagesComeFromHooks) {
    int calls = 0;
    const auto options =
        SetupOptions()
            .csrf_token(
                [](web::Request& request) { return "token of " + std::string(request.path()); })
            .flashed_messages([&calls](web::Request&) {
                ++calls;
                return std::vector<FlashMessage>{{"info", "Saved"}, {"error", "<b>"}};
            });
    EXPECT_EQ(page("{{ csrf_token() }}", options), "token of /shop/7");
    EXPECT_EQ(page("{{ csrf_field() }}", options),
              "<input type=\"hidden\" name=\"csrf_token\" value=\"token of /shop/7\">");
    EXPECT_EQ(page("{{ get_flashed_messages()|join(' ') }}"
                   "{% for c, m in get_flashed_messages(with_categories=true) %}[{{ c }}:{{ m "
                   "}}]{% endfor %}"
                   "{{ get_flashed_messages(category_filter=['error'])|length }}",
                   options),
              "Saved &lt;b&gt;[info:Saved][error:&lt;b&gt;]1");
    EXPECT_EQ(calls, 1);
    EXPECT_EQ(page("{{ get_flashed_messages() }}"), "[]");
    EXPECT_NE(page("{{ csrf_token() }}").find("Internal Server Error"), std::string::npos);
    EXPECT_NE(log.find("csrf_token: the middleware csrf() is missing (page.html:1)"),
              std::string::npos)
        << log;
}

TEST_F(SetupTest, AnErrorIsAPlainPageAndALineInTheLog) {
    const Sources sources = {
        {"page.html", "{% extends 'base.html' %}\n{% block b %}{{ secret.x.y }}{% endblock %}"},
        {"base.html", "\n\n{% block b %}{% endblock %}"}};
    const std::string plain = answer(sources);
    EXPECT_TRUE(head.starts_with("HTTP/1.1 500 ")) << head;
    EXPECT_EQ(plain.find("secret"), std::string::npos) << plain;
    EXPECT_NE(log.find("UndefinedError: 'secret' is undefined (page.html:2)"), std::string::npos)
        << log;

    const std::string debug = answer(sources, {}, true);
    EXPECT_TRUE(head.starts_with("HTTP/1.1 500 ")) << head;
    for (const std::string_view part : {"UndefinedError: &#39;secret&#39; is undefined",
                                        "page.html:2",
                                        "&gt; {% block b %}{{ secret.x.y }}",
                                        "from base.html:3"}) {
        EXPECT_NE(debug.find(part), std::string::npos) << part << "\n" << debug;
    }
}

TEST_F(SetupTest, AMissingTemplateIsAnErrorToo) {
    EXPECT_NE(answer({}).find("Internal Server Error"), std::string::npos);
    EXPECT_NE(log.find("TemplateNotFound: page.html"), std::string::npos) << log;
}

/// The pieces as chunks, and whether the answer came to its end.
std::string streamed(Sources sources, std::string* log = nullptr) {
    web::Application app;
    setup(app, std::make_shared<DictLoader>(std::move(sources)));
    app.add_routes({web::get("/", [](web::Request& request) {
        Dict context;
        context.set(Value("list"), Value::list({Value(1), Value(2)}));
        return render_stream(request, "page.html", context);
    })});
    test::ServerRun run(std::move(app));
    const std::string text = run.answers_to("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    if (log) *log = run.log();
    const std::size_t end = text.find("\r\n\r\n");
    return text.substr(9, 3) + " " + text.substr(std::min(end + 4, text.size()));
}

TEST(RenderStream, SendsAPageInPieces) {
    EXPECT_EQ(streamed({{"page.html",
                         "{% extends 'base.html' %}{% set x = 'x' %}"
                         "{% block b %}{{ x }}{{ request.path }}{{ list }}{% endblock %}"},
                        {"base.html",
                         "<head>{% block b %}{% endblock %}{% if list %}{{ x }}{% endif %}"}}),
              "200 6\r\n<head>\r\n8\r\nx/[1, 2]\r\n1\r\nx\r\n0\r\n\r\n");
    EXPECT_EQ(streamed({{"page.html", ""}}), "200 0\r\n\r\n");
}

TEST(RenderStream, FailsAsAPageOrBreaksTheConnection) {
    std::string log;
    EXPECT_TRUE(streamed({{"page.html", "{{ a.b.c }}"}}, &log).starts_with("500 "));
    EXPECT_NE(log.find("(page.html:1)"), std::string::npos) << log;
    EXPECT_EQ(streamed({{"page.html", "head{% if 1 %}{{ a.b.c }}{% endif %}"}}, &log),
              "200 4\r\nhead\r\n");
    EXPECT_NE(log.find("UndefinedError: 'a' is undefined (page.html:1)"), std::string::npos) << log;
    EXPECT_TRUE(streamed({}, &log).starts_with("500 "));
}

/// Answers with its argument when the loop has turned a few times.
Task<Value> late(const Arguments& arguments) {
    const Value value = arguments.positional[0];
    const LoopExecutor executor = co_await asio::this_coro::executor;
    for (int i = 0; i < 3; ++i) co_await asio::post(executor, use_task);
    co_return value;
}

TEST(RenderAsync, EachRequestKeepsItsOwn) {
    web::Application app;
    Environment& environment = setup(
        app,
        std::make_shared<DictLoader>(Sources{{"page.html",
                                              "{% for i in [1, 2] %}{{ request.path }}{{ late(i) "
                                              "}}{{ url('page', name=i) }} {% endfor %}"},
                                             {"wrong.html", "\n{{ late(nothing.x) }}"}}));
    environment.add_global("late", async_function(late));
    app.add_routes({
        web::get("/{name}",
                 [](web::Request& request) { return render_async(request, "page.html"); })
            .name("page"),
        web::get("/a/stream",
                 [](web::Request& request) { return render_stream(request, "page.html"); }),
        web::get("/a/wrong",
                 [](web::Request& request) { return render_async(request, "wrong.html"); }),
        web::get("/a/plain", [](web::Request& request) { return render(request, "page.html"); }),
    });
    test::ServerRun run(std::move(app));
    std::vector<test::MemoryClient> clients;
    for (const std::string path : {"/one", "/two", "/a/stream", "/a/wrong", "/a/plain"}) {
        clients.emplace_back();
        run.server().serve(clients.back().stream());
        clients.back().send("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    }
    run.settle();  // all of them together
    EXPECT_TRUE(clients[0].take_received().ends_with("/one1/1 /one2/2 "));
    EXPECT_TRUE(clients[1].take_received().ends_with("/two1/1 /two2/2 "));
    EXPECT_NE(clients[2].take_received().find("/a/stream1/1 /a/stream2/2 "), std::string::npos);
    EXPECT_TRUE(clients[3].take_received().starts_with("HTTP/1.1 500 "));
    EXPECT_TRUE(clients[4].take_received().starts_with("HTTP/1.1 500 "));
    EXPECT_NE(run.log().find("(wrong.html:2)"), std::string::npos) << run.log();
    EXPECT_NE(run.log().find("render_async()"), std::string::npos) << run.log();
}

TEST(Setup, IsNeeded) {
    const web::Application app;
    EXPECT_THROW(environment_of(app), std::out_of_range);
}

TEST(Setup, ThereIsNoRequestOutsideOfARendering) {
    web::Application app;
    Environment& environment = setup(app, std::make_shared<DictLoader>(Sources()));
    EXPECT_EQ(&environment, &environment_of(app));
    EXPECT_EQ(environment.from_string("{{ request.path }}").render(), "");
    EXPECT_THROW(environment.from_string("{{ url('x') }}").render(), TemplateError);
}

}  // namespace
}  // namespace indrik::templates
