// A chat: rooms in which people on all workers meet.

#include <chrono>
#include <optional>
#include <string>

#include <indrik/core/sleep.hpp>
#include <indrik/json/described.hpp>
#include <indrik/pubsub/setup.hpp>
#include <indrik/web.hpp>

#include "lobby.hpp"
#include "names.hpp"
#include "page.hpp"

namespace json = indrik::json;
namespace pubsub = indrik::pubsub;
namespace web = indrik::web;
using indrik::Task;
using namespace std::chrono_literals;

namespace {

using chat::Lobby;

const web::AppKey<Lobby> kLobby{"lobby"};

constexpr auto kPause = 50ms;  // after each message of one person

/// What a page sends.
struct Said {
    static constexpr json::StructOptions json_options = json::StructOptions().keep_defaults();
    std::string type;  // "say" or "typing"
    std::string key;
    std::string text;
};
INDRIK_DESCRIBE(Said, type, key, text)

Said parse(const web::WebSocketMessage& message) {
    json::Decoded<Said> said = json::from_text<Said>(message.text());
    if (!said) {
        throw web::WebSocketError(indrik::websocket::CloseCode::InvalidData,
                                  said.error().to_string());
    }
    return std::move(*said);
}

std::string name_of(const web::Request& request) {
    const std::optional<std::string> name =
        chat::clean(request.query().get("name").value_or(""), chat::kMaxNameBytes);
    if (!name) throw web::HTTPBadRequest("a name of 1 to 128 bytes is needed: ?name=Anna");
    return *name;
}

/// GET /ws/{room}?name=Anna&after=ID
Task<web::Response> meet(web::Request& request) {
    Lobby& lobby = request.app().get(kLobby);
    const std::string room(request.match_info("room"));
    const std::string name = name_of(request);
    const std::string last_id(request.query().get("after").value_or(""));
    web::WebSocketResponse socket(web::WebSocketOptions().heartbeat(15s).max_msg_size(16 * 1024));
    co_await socket.prepare(request);

    pubsub::ForwardOptions options;
    options.present_as(name).when_full(pubsub::SlowSubscriber::Close);  // it comes back, and asks
    pubsub::Topics& topics = pubsub::topics_of(request.app());
    const auto forwarding = co_await topics.forward(Lobby::topic_of(room), socket.peer(), options);
    co_await socket.send_str(lobby.hello(room, last_id));
    while (auto message = co_await socket.receive()) {
        Said said = parse(*message);
        if (said.type == "typing") lobby.typing(room, name);
        if (said.type != "say") continue;
        std::optional<std::string> text = chat::clean(said.text, chat::kMaxTextBytes);
        if (!text || said.key.size() > chat::kMaxNameBytes) continue;
        co_await lobby.say(room, name, std::move(said.key), std::move(*text));
        co_await indrik::sleep_for(kPause);
    }
    co_return std::move(socket);
}

/// A part of the page; a new version of the module shall be seen at once.
web::Response part(std::string_view content, std::string_view type) {
    web::Response response;
    response.body(std::string(content), type).header("Cache-Control", "no-cache");
    return response;
}
web::Response page(web::Request&) {
    return part(chat::kPage, "text/html; charset=utf-8");
}
web::Response style(web::Request&) {
    return part(chat::kStyle, "text/css; charset=utf-8");
}
web::Response script(web::Request&) {
    return part(chat::kScript, "text/javascript; charset=utf-8");
}

Task<> keep_lobby(web::Application& app, web::Lifetime& lifetime) {
    Lobby& lobby = app.get(kLobby);
    co_await lobby.open();
    co_await lifetime.until_cleanup();
    co_await lobby.close();
}

}  // namespace

web::Application make_app() {
    web::Application app;
    pubsub::Topics& topics = pubsub::setup(app);
    app.emplace(kLobby, topics);
    app.cleanup_context().append(keep_lobby);
    app.add_middleware(web::error_pages());
    app.add_routes({
        web::get("/", page),
        web::get(R"(/room/{room:[\w-]{1,32}})", page),
        web::get("/chat.css", style),
        web::get("/chat.js", script),
        web::get(R"(/ws/{room:[\w-]{1,32}})", meet),
    });
    return app;
}
INDRIK_APPLICATION(make_app)
