#pragma once
// Templates for web applications, under the names of aiohttp_jinja2.
//
//   web::Application make_app() {
//       web::Application app;
//       templates::setup(app, std::make_shared<templates::FileSystemLoader>("templates"));
//       app.add_routes({web::get("/", index).name("index"), web::static_files("/static", "static").name("static")});
//       return app;
//   }
//   web::Response index(web::Request& request) {
//       templates::Dict context;
//       context.set("title", "Home");
//       return templates::render(request, "index.html", context);
//   }
//
// Every template, imported macros too, sees: url('route', id=1, query_={'page': 2}), static('css/app.css') with the hash of its
// content, request, app, csrf_token(), csrf_field() (the token as a hidden field of a form) and
// get_flashed_messages(with_categories=false, category_filter=[]).

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "indrik/core/task.hpp"
#include "indrik/templates/environment.hpp"
#include "indrik/web/app_key.hpp"
#include "indrik/web/response.hpp"

namespace indrik::web {
class Application;
class Request;
}  // namespace indrik::web

namespace indrik::templates {

/// Adds values to the context of every template; what the handler gives counts more.
using ContextProcessor = std::function<void(web::Request&, Dict&)>;

/// A message for the next page, as Flask's flash() keeps them.
struct FlashMessage {
    std::string category;
    std::string text;
};

/// What templates of an application are given.
class SetupOptions {
public:
    SetupOptions& context_processor(ContextProcessor processor) {
        context_processors_.push_back(std::move(processor));
        return *this;
    }
    /// The name of the route of static_files; "static" by default.
    SetupOptions& static_route(std::string_view name) { return static_route_ = name, *this; }
    /// What `app` is in templates; an empty dictionary by default.
    SetupOptions& app(Value value) { return app_ = std::move(value), *this; }
    /// Makes csrf_token() of templates, which is that of the middleware web::csrf() otherwise; without either, a template that
    /// calls it fails. The field of csrf_field() is then named csrf_token.
    SetupOptions& csrf_token(std::function<std::string(web::Request&)> hook) {
        return csrf_token_ = std::move(hook), *this;
    }
    /// Takes the messages that get_flashed_messages() shows; none by default. Called once for a request.
    SetupOptions& flashed_messages(std::function<std::vector<FlashMessage>(web::Request&)> hook) {
        return flashed_messages_ = std::move(hook), *this;
    }

    const std::vector<ContextProcessor>& context_processors() const { return context_processors_; }
    const std::string& static_route() const { return static_route_; }
    const Value& app() const { return app_; }
    const auto& csrf_token() const { return csrf_token_; }
    const auto& flashed_messages() const { return flashed_messages_; }

private:
    std::vector<ContextProcessor> context_processors_;
    std::string static_route_ = "static";
    Value app_ = Value::dict();
    std::function<std::string(web::Request&)> csrf_token_;
    std::function<std::vector<FlashMessage>(web::Request&)> flashed_messages_;
};

/// Gives an application its templates; the environment may be changed until the first of them is compiled.
Environment& setup(web::Application& app,
                   std::shared_ptr<const Loader> loader,
                   SetupOptions options = {});
Environment& setup(web::Application& app,
                   std::shared_ptr<Environment> environment,
                   SetupOptions options = {});
/// Errors: std::out_of_range if setup() was not called for the application.
Environment& environment_of(const web::Application& app);
/// The folders of the templates of an application and those within: what a development server watches.
std::vector<std::string> template_folders(const web::Application& app);

/// Errors of render and render_string: TemplateError with its place, which the server answers with 500: in debug mode with the
/// place, the line and the chain that led there on the page, otherwise with a plain page and a line in the log.
/// std::out_of_range if setup() was not called for the application.
std::string render_string(web::Request& request, std::string_view name, const Dict& context = {});
/// As text/html, or by the name of the template: .txt, .xml, .json, .css, .js.
web::Response render(web::Request& request,
                     std::string_view name,
                     const Dict& context = {},
                     int status = 200);
/// The same for templates that await (awaiting.hpp): async functions in their context, or among the globals. What these throw, a
/// cancellation among it, is thrown on.
Task<std::string> render_string_async(web::Request& request, std::string name, Dict context = {});
Task<web::Response> render_async(web::Request& request,
                                 std::string name,
                                 Dict context = {},
                                 int status = 200);
/// As render_async(), sent while it is rendered: what stands before a block of the layout goes out before the block is rendered.
/// Errors: those of the first piece are answered with 500; after that the connection breaks, and the log says why.
Task<web::Response> render_stream(web::Request& request,
                                  std::string name,
                                  Dict context = {},
                                  int status = 200);

}  // namespace indrik::templates
