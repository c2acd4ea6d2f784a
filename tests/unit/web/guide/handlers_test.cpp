// Compiles and runs the code of framework/docs/handlers.md, and holds the page to it.

#include <chrono>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "indrik/core/sleep.hpp"
#include "indrik/web/binding.hpp"
#include "tests/support/server_run.hpp"
#include "tests/unit/web/test_app.hpp"

namespace indrik {
namespace {

using test::summary;

enum class Order { newest, title };
INDRIK_DESCRIBE_ENUM(Order, newest, title)

struct Filter {
    static constexpr json::StructOptions json_options = json::StructOptions().keep_defaults();
    std::string q;
    int page = 1;
    Order order = Order::newest;
};
INDRIK_DESCRIBE(Filter, q, page, order)

struct NewNote {
    std::string title;
    std::optional<std::string> text;
    std::vector<std::string> tags;
};
INDRIK_DESCRIBE(NewNote, title, text, tags)

struct Note {
    int id = 0;
    std::string title;
    std::optional<std::string> text;
};
INDRIK_DESCRIBE(Note, id, title, text)

struct Notes {
    std::vector<Note> all;
};
inline const web::AppKey<Notes> kNotes{"notes"};

std::vector<Note> list(web::Query<Filter> filter, web::State<kNotes> notes) {
    std::vector<Note> found;
    for (const Note& note : notes->all) {
        if (note.title.find(filter->q) != std::string::npos) found.push_back(note);
    }
    return found;
}

std::optional<Note> show(int id, web::State<kNotes> notes) {
    for (const Note& note : notes->all) {
        if (note.id == id) return note;
    }
    return std::nullopt;
}

Task<web::Response> create(web::Json<NewNote> draft, web::State<kNotes> notes) {
    co_await sleep_for(std::chrono::milliseconds(1));
    Note note{static_cast<int>(notes->all.size()) + 1, draft->title, draft->text};
    notes->all.push_back(note);
    co_return web::json_response(note, 201);
}

http::Status remove(int id, web::State<kNotes> notes) {
    const auto removed =
        std::erase_if(notes->all, [id](const Note& note) { return note.id == id; });
    return removed != 0 ? http::Status::NoContent : http::Status::NotFound;
}

web::Application make_app() {
    web::Application app;
    app.emplace(kNotes);
    app.add_routes({
        web::get("/notes", list),
        web::post("/notes", create),
        web::get("/notes/{id}", show),
        web::del("/notes/{id}", remove),
        web::get("/ping", [] { return "pong"; }),
    });
    return app;
}

std::string title_of(std::string_view text) {
    const auto note = json::from_text<Note>(text);
    return note ? note->title : note.error().to_string();
}

std::string post_note(std::string_view body) {
    return web::post_request("/notes", body, "Content-Type: application/json\r\n");
}

TEST(HandlersPage, ShowsAnApplicationThatWorks) {
    test::ServerRun run(make_app());
    test::MemoryClient client = run.connect();
    const auto answer = [&](std::string_view request) {
        client.take_received();
        client.send(request);
        EXPECT_TRUE(run.run_until([&client] { return !client.received().empty(); }));
        return summary(client.received());
    };
    const std::string note = R"({"id":1,"title":"first","text":null})";
    EXPECT_EQ(answer(post_note(R"({"title":"first","tags":[]})")), "201 " + note);
    EXPECT_EQ(answer(web::get_request("/notes/1")), "200 " + note);
    EXPECT_EQ(answer(web::get_request("/notes?q=fir&order=title")), "200 [" + note + "]");
    EXPECT_EQ(answer(web::get_request("/notes?q=x")), "200 []");
    EXPECT_EQ(answer("DELETE /notes/2 HTTP/1.1\r\nHost: a\r\n\r\n"), "404 ");
    EXPECT_EQ(answer("DELETE /notes/1 HTTP/1.1\r\nHost: a\r\n\r\n"), "204 ");
    EXPECT_EQ(answer(web::get_request("/notes/1")), "404 404: Not Found");
    EXPECT_EQ(answer(web::get_request("/ping")), "200 pong");
    EXPECT_EQ(title_of(note), "first");
    EXPECT_EQ(title_of("{}"), "/id: is required; /title: is required");
}

std::string read_page() {
    std::ostringstream text;
    text << std::ifstream(INDRIK_HANDLERS_PAGE).rdbuf();
    return text.str();
}

TEST(HandlersPage, ShowsWhatAClientIsTold) {
    test::ServerRun run(make_app());
    const auto responses = test::parse_responses(run.answers_to(post_note(R"({"title":1})")));
    ASSERT_EQ(responses.size(), 1u);
    EXPECT_THAT(read_page(), testing::HasSubstr("```json\n" + responses[0].body + "\n```"));
}

}  // namespace
}  // namespace indrik
