// The applications that tests/bench/run serves besides apps/hello, as workloads.so:NAME. Files are those of the folder that
// the server was started in.
#include <chrono>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

#include <indrik/pubsub/setup.hpp>
#include <indrik/web.hpp>

#include "indrik/web/compression.hpp"
#include "indrik/web/static_files.hpp"
#include "indrik/web/temporary_file.hpp"

namespace pubsub = indrik::pubsub;
namespace web = indrik::web;
using indrik::Task;

namespace {

web::Application make_files() {
    web::Application app;
    app.add_routes({web::static_files("/", ".")});
    return app;
}

/// document.json out of memory, compressed for every request.
web::Application make_document(web::CompressionOptions options) {
    std::ifstream file("document.json", std::ios::binary);
    std::string document{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (document.empty()) throw std::runtime_error("there is no document.json");
    web::Application app;
    app.add_middleware(web::compression(std::move(options)));
    app.add_routes({web::get("/document.json", [document = std::move(document)](web::Request&) {
        return web::Response().json_text(document);
    })});
    return app;
}

web::Application make_gzip() {
    return make_document({});
}

web::Application make_gzip6() {
    web::CompressionOptions options;
    options.level = 6;
    options.codings = {indrik::http::ContentCoding::Gzip};
    return make_document(std::move(options));
}

// ---- uploads, each written to a file in the folder that is gone afterwards; the answer is the file's size

web::Response size_of(const web::TemporaryFile& file) {
    return web::Response().text(std::to_string(file.size()));
}

Task<web::Response> take_raw(web::Request& request) {
    web::TemporaryFile file(".");
    web::StreamReader& content = request.content();
    for (auto piece = co_await content.read_any(); !piece.empty();
         piece = co_await content.read_any()) {
        file.append(piece);
    }
    co_return size_of(file);
}

Task<web::Response> take_parts(web::Request& request) {
    web::TemporaryFile file(".");
    web::MultipartReader reader = request.multipart();
    while (auto part = co_await reader.next()) {
        for (auto piece = co_await part.read_chunk(); !piece.empty();
             piece = co_await part.read_chunk()) {
            file.append(piece);
        }
    }
    co_return size_of(file);
}

Task<web::Response> take_form(web::Request& request) {
    const web::FormData form = co_await request.post();
    const web::FileField* const file = form.file("file");
    if (file == nullptr) throw web::HTTPBadRequest();
    co_return web::Response().text(std::to_string(file->size));
}

web::Application make_uploads() {
    web::Application app;
    app.add_routes({web::get("/", [](web::Request&) { return web::Response().text("ready"); }),
                    web::post("/raw", take_raw),
                    web::post("/multipart", take_parts),
                    web::post("/post", take_form)});
    return app;
}

// ---- routes: an interface of many resources, each with a list and its members

Task<web::Response> list(web::Request&) {
    co_return web::Response().text("Hello, World!");
}

Task<web::Response> member(web::Request& request) {
    const std::string_view id = request.match_info("id");
    co_return web::Response().text(id.size() == 5 ? "Hello, World!" : "What?");
}

std::string resource_path(int number) {
    constexpr std::string_view kAreas[] = {"accounts", "invoices", "projects", "articles"};
    return "/api/v1/" + std::string(kAreas[number % 4]) + "/resource" + std::to_string(number);
}

web::Application make_routes(int lists, int members) {
    web::Application app;
    for (int i = 0; i < lists; ++i) app.add_routes({web::get(resource_path(1000 + i), list)});
    for (int i = 0; i < members; ++i)
        app.add_routes({web::get(resource_path(1000 + i) + "/{id}", member)});
    return app;
}

web::Application make_one_list() {
    return make_routes(1, 0);
}
web::Application make_one_member() {
    return make_routes(0, 1);
}
web::Application make_thousand() {
    return make_routes(500, 500);
}

// ---- small answers: what JSON costs beside text, and what middlewares do

struct Message {
    std::string message;
};
INDRIK_DESCRIBE(Message, message)

web::Application make_answers() {
    web::Application app;
    app.add_routes({
        web::get("/text", [] { return "Hello, World!"; }),
        web::get("/json", [] { return Message{"Hello, World!"}; }),
    });
    return app;
}

/// A middleware as users write them: a coroutine that lets request and response pass.
Task<web::Response> let_pass(web::Request& request, web::Next next) {
    web::Response response = co_await next(request);
    co_return std::move(response);
}

web::Application make_middlewares(int count) {
    web::Application app;
    for (int i = 0; i < count; ++i) app.add_middleware(let_pass);
    app.add_routes({web::get("/", list)});
    return app;
}

web::Application make_no_middlewares() {
    return make_middlewares(0);
}
web::Application make_five_middlewares() {
    return make_middlewares(5);
}

// ---- a WebSocket that sends back what it is sent

Task<web::Response> echo(web::Request& request) {
    web::WebSocketResponse socket;
    co_await socket.prepare(request);
    while (auto message = co_await socket.receive()) {
        if (message->is_text()) {
            co_await socket.send_str(std::move(*message).data());
        } else {
            co_await socket.send_bytes(std::move(*message).data());
        }
    }
    co_return std::move(socket);
}

/// A crowd that listens: one message at each POST, and a heartbeat of ten seconds.
Task<web::Response> listen(web::Request& request) {
    web::WebSocketResponse socket(web::WebSocketOptions().heartbeat(std::chrono::seconds(10)));
    co_await socket.prepare(request);
    pubsub::Topics& topics = pubsub::topics_of(request.app());
    const auto forwarding = co_await topics.forward("news", socket.peer());
    while (co_await socket.receive()) {
    }
    co_return std::move(socket);
}

Task<web::Response> tell(web::Request& request) {
    co_await pubsub::topics_of(request.app()).publish("news", std::string(100, 'x'));
    co_return web::Response(204);
}

web::Application make_crowd() {
    web::Application app;
    pubsub::setup(app);
    app.add_routes({web::get("/", list), web::get("/listen", listen), web::post("/publish", tell)});
    return app;
}

web::Application make_websocket_echo() {
    web::Application app;
    app.add_routes({web::get("/", list), web::get("/echo", echo)});
    return app;
}

}  // namespace

INDRIK_NAMED_APPLICATION(answers, make_answers)
INDRIK_NAMED_APPLICATION(crowd, make_crowd)
INDRIK_NAMED_APPLICATION(files, make_files)
INDRIK_NAMED_APPLICATION(five_middlewares, make_five_middlewares)
INDRIK_NAMED_APPLICATION(gzip, make_gzip)
INDRIK_NAMED_APPLICATION(gzip6, make_gzip6)
INDRIK_NAMED_APPLICATION(no_middlewares, make_no_middlewares)
INDRIK_NAMED_APPLICATION(uploads, make_uploads)
INDRIK_NAMED_APPLICATION(websocket_echo, make_websocket_echo)
INDRIK_NAMED_APPLICATION(one_list, make_one_list)
INDRIK_NAMED_APPLICATION(one_member, make_one_member)
INDRIK_NAMED_APPLICATION(thousand, make_thousand)
