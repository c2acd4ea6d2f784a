// The application that the catalogue's tests attack. It keeps a journal of what reached it: a test asks afterwards which
// requests were executed, which bodies were complete and which ones failed.
//
// Environment: CATALOGUE_FILES, a folder that is served under /static and, with symbolic links followed, under /linked.

#include <cstdlib>
#include <exception>
#include <string>
#include <system_error>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <unistd.h>

#include "indrik/web.hpp"

namespace web = indrik::web;
using indrik::Task;

namespace {

/// Each request is known by the parameter `id` of its query.
struct Journal {
    std::vector<std::string> started;    // reached the application
    std::vector<std::string> completed;  // had their whole body
    std::vector<std::string> failed;     // had an exception instead: "id: message"
};

const web::AppKey<Journal> kJournal("journal");

std::string parameter(const web::Request& request, std::string_view name) {
    return std::string(request.query().get(name).value_or(""));
}

Journal& journal_of(const web::Request& request) {
    return request.app().get(kJournal);
}

void note_completion(const web::Request& request) {
    std::string id = parameter(request, "id");
    if (!id.empty()) journal_of(request).completed.push_back(std::move(id));
}

Task<web::Response> keep_journal(web::Request& request, web::Next next) {
    if (request.raw_path() != "/journal") {
        std::string id = parameter(request, "id");
        if (!id.empty()) journal_of(request).started.push_back(std::move(id));
    }
    co_return co_await next(request);
}

boost::json::array to_json(const std::vector<std::string>& lines) {
    boost::json::array array;
    for (const std::string& line : lines) array.emplace_back(line);
    return array;
}

web::Response journal(web::Request& request) {
    Journal& journal = journal_of(request);
    boost::json::object lists;
    lists["started"] = to_json(journal.started);
    lists["completed"] = to_json(journal.completed);
    lists["failed"] = to_json(journal.failed);
    journal = Journal();
    return web::Response().json(lists);
}

// ---- bodies

void note_failure(const web::Request& request, const std::exception& error) {
    journal_of(request).failed.push_back(parameter(request, "id") + ": " + error.what());
}

Task<web::Response> echo(web::Request& request) {
    std::string body;
    try {
        const std::string_view bytes = co_await request.read();
        body = bytes;
    } catch (const std::system_error& error) {
        note_failure(request, error);
        throw;
    }
    note_completion(request);
    co_return web::Response().body(std::move(body));
}

/// Counts the body's bytes as they come.
Task<web::Response> stream(web::Request& request) {
    std::size_t total = 0;
    try {
        for (;;) {
            const std::string_view piece = co_await request.content().read_any();
            if (piece.empty()) break;
            total += piece.size();
        }
    } catch (const std::system_error& error) {
        note_failure(request, error);
        throw;
    }
    note_completion(request);
    co_return web::Response().text(std::to_string(total));
}

/// Answers without a look at the body.
web::Response ignore(web::Request&) {
    return web::Response().text("ignored");
}

Task<web::Response> form(web::Request& request) {
    const web::FormData form = co_await request.post();
    std::string names;
    for (const web::FormField& field : form) names += field.name + ";";
    note_completion(request);
    co_return web::Response().text(names);
}

Task<web::Response> trailers(web::Request& request) {
    co_await request.read();
    std::string lines;
    for (const auto field : request.trailers())
        lines.append(field.name).append("=").append(field.value).append("\n");
    co_return web::Response().text(lines);
}

// ---- what a request says

web::Response cookies(web::Request& request) {
    std::string lines;
    for (const auto& [name, value] : request.cookies())
        lines.append(name).append("=").append(value).append("\n");
    return web::Response().text(lines);
}

web::Response fields(web::Request& request) {
    std::string lines;
    for (const auto field : request.headers())
        lines.append(field.name).append("=").append(field.value).append("\n");
    return web::Response().text(lines);
}

// ---- what the application says with words of its client

web::Response reflect(web::Request& request) {
    const std::string where = parameter(request, "where");
    const std::string text = parameter(request, "text");
    web::Response response;
    response.text("reflected");
    if (where == "value") response.header("X-Text", text);
    if (where == "name") response.header(text, "value");
    if (where == "type") response.content_type(text);
    if (where == "cookie") response.cookie("name", text);
    if (where == "cookie-name") response.cookie(text, "value");
    if (where == "location") throw web::HTTPFound(text);
    return response;
}

Task<web::Response> reflect_early(web::Request& request) {
    indrik::http::Headers hints;
    hints.append("Link", parameter(request, "text"));
    co_await request.send_early_hints(std::move(hints));
    co_return web::Response().text("hinted");
}

Task<web::Response> reflect_trailer(web::Request& request) {
    const std::string text = parameter(request, "text");
    web::StreamResponse response;
    co_await response.prepare(request);
    co_await response.write("body");
    response.trailers().append("X-Text", text);
    co_await response.write_eof();
    co_return std::move(response);
}

/// Announces a length and sends another one.
Task<web::Response> promise(web::Request& request) {
    web::StreamResponse response;
    response.content_length(std::stoul(parameter(request, "announced")));
    co_await response.prepare(request);
    const std::string body(std::stoul(parameter(request, "sent")), 'x');
    co_await response.write(body);
    co_await response.write_eof();
    co_return std::move(response);
}

web::Response large(web::Request& request) {
    return web::Response().body(std::string(std::stoul(parameter(request, "size")), 'x'));
}

web::Application make_app() {
    web::Application app;
    app.emplace(kJournal);
    app.add_middleware(keep_journal);
    app.add_routes({
        web::get("/", [](web::Request&) { return web::Response().text("hello"); }),
        web::get("/journal", journal),
        web::get("/pid",
                 [](web::Request&) { return web::Response().text(std::to_string(::getpid())); }),
        web::get("/host",
                 [](web::Request& request) {
                     return web::Response().text(std::string(request.host()));
                 }),
        web::route("*", "/echo", echo),
        web::post("/stream", stream),
        web::post("/ignore", ignore),
        web::post("/form", form),
        web::post("/trailers", trailers),
        web::get("/cookies", cookies),
        web::get("/fields", fields),
        web::get("/large", large),
        web::get("/promise", promise),
        web::get("/reflect", reflect),
        web::get("/reflect-early", reflect_early),
        web::get("/reflect-trailer", reflect_trailer),
    });
    if (const char* const folder = std::getenv("CATALOGUE_FILES")) {
        app.add_routes({
            web::static_files("/static", folder).show_index(true).name("static"),
            web::static_files("/linked", folder).follow_symlinks(true),
        });
    }
    return app;
}

}  // namespace

INDRIK_APPLICATION(make_app)
