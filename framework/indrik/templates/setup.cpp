#include "indrik/templates/setup.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <stdexcept>

#include "indrik/http/url.hpp"
#include "indrik/templates/awaiting.hpp"
#include "indrik/templates/detail/request_objects.hpp"
#include "indrik/templates/errors.hpp"
#include "indrik/templates/operations.hpp"
#include "indrik/templates/printing.hpp"
#include "indrik/web/application.hpp"
#include "indrik/web/error_page.hpp"
#include "indrik/web/exceptions.hpp"
#include "indrik/web/middlewares/csrf.hpp"
#include "indrik/web/request.hpp"
#include "indrik/web/static_files.hpp"
#include "indrik/web/stream_response.hpp"

namespace indrik::templates {

namespace {

/// What setup() leaves in the application. The globals of the environment share it.
struct Glue {
    SetupOptions options;
    std::shared_ptr<detail::CurrentRequest> current = std::make_shared<detail::CurrentRequest>();

    web::Request& request() const {
        if (!current->request) fail(ErrorKind::Runtime, "there is no request outside of render()");
        return *current->request;
    }
};

struct State {
    std::shared_ptr<Environment> environment;
    std::shared_ptr<Glue> glue;
};

const web::AppKey<State> kState{"templates"};
const web::RequestKey<std::vector<FlashMessage>> kMessages{"flash messages"};

/// A template's error on its way to the server.
class RenderError final : public TemplateError, public web::DetailedError {
public:
    explicit RenderError(const TemplateError& error) : TemplateError(error) {}
    std::string details() const override { return report(); }
};

/// Sets the current request while it lives; renderings may be nested.
class Rendering {
public:
    Rendering(Glue& glue, web::Request& request)
        : current_(*glue.current), outer_(current_.request) {
        current_.request = &request;
    }
    ~Rendering() { current_.request = outer_; }
    Rendering(const Rendering&) = delete;
    Rendering& operator=(const Rendering&) = delete;

private:
    detail::CurrentRequest& current_;
    web::Request* outer_;
};

std::string text_argument(const Arguments& arguments, std::string_view function) {
    if (arguments.positional.size() != 1 || !arguments.positional[0].is_string()) {
        fail(ErrorKind::Type,
             std::string(function) + "() takes one name as its positional argument");
    }
    return std::string(arguments.positional[0].string());
}

/// What the web module refuses is an error of the template's line.
template <class Function>
std::string asked(Function function) {
    try {
        return function();
    } catch (const std::invalid_argument& error) {
        fail(ErrorKind::Value, error.what());
    } catch (const std::logic_error& error) {
        fail(ErrorKind::Runtime, error.what());
    }
}

std::string query_of(const Value& parameters) {
    if (!parameters.is(Kind::Dict)) fail(ErrorKind::Type, "url(): query_ must be a dictionary");
    std::string query;
    const auto encode = [](const Value& value) {
        return http::percent_encode(to_str(value), http::URLComponent::Query);
    };
    for (const auto& entry : parameters.dictionary().entries()) {
        query += query.empty() ? '?' : '&';
        query += encode(entry.key) + '=' + encode(entry.value);
    }
    return query;
}

Value url(const Glue& glue, const Arguments& arguments) {
    const std::string route = text_argument(arguments, "url");
    std::string query;
    std::vector<std::pair<std::string_view, std::string>> parts;
    for (const Keyword& keyword : arguments.keywords) {
        if (keyword.name.string() == "query_") {
            if (!keyword.value.is_none()) query = query_of(keyword.value);
        } else if (keyword.value.is_string() || keyword.value.is(Kind::Int) ||
                   keyword.value.is(Kind::Float)) {
            parts.emplace_back(keyword.name.string(), to_str(keyword.value));
        } else {
            fail(ErrorKind::Type,
                 "url(): " + to_str(keyword.name) + " must be a text or a number, not " +
                     to_repr(keyword.value));
        }
    }
    const web::Application& app = glue.request().app();
    return Value(asked([&] { return app.router().url_for(route, parts); }) + query);
}

Value static_file(const Glue& glue, const Arguments& arguments) {
    const std::string file = text_argument(arguments, "static");
    const web::Request& request = glue.request();
    return Value(
        asked([&] { return web::static_url(request, glue.options.static_route(), file); }));
}

/// The application's hook, or else the middleware.
Value csrf_token(const Glue& glue, const Arguments& arguments) {
    if (!arguments.positional.empty() || !arguments.keywords.empty())
        fail(ErrorKind::Type, "csrf_token() takes no arguments");
    if (glue.options.csrf_token()) return Value(glue.options.csrf_token()(glue.request()));
    return Value(asked([&] { return web::csrf_token(glue.request()); }));
}

Value csrf_field(const Glue& glue, const Arguments& arguments) {
    if (!arguments.positional.empty() || !arguments.keywords.empty())
        fail(ErrorKind::Type, "csrf_field() takes no arguments");
    if (!glue.options.csrf_token())
        return Value::markup(asked([&] { return web::csrf_field(glue.request()); }));
    return Value::markup("<input type=\"hidden\" name=\"csrf_token\" value=\"" +
                         web::escape_html(glue.options.csrf_token()(glue.request())) + "\">");
}

/// The argument at a position or by its name.
Value argument(const Arguments& arguments, std::size_t position, std::string_view name) {
    if (position < arguments.positional.size()) return arguments.positional[position];
    for (const Keyword& keyword : arguments.keywords) {
        if (keyword.name.string() == name) return keyword.value;
    }
    return {};
}

Value flashed_messages(const Glue& glue, const Arguments& arguments) {
    const bool with_categories = truth(argument(arguments, 0, "with_categories"));
    const Value filter = argument(arguments, 1, "category_filter");
    web::Request& request = glue.request();
    const auto* messages = request.storage().find(kMessages);
    if (!messages) {
        const auto& hook = glue.options.flashed_messages();
        messages = &request.storage().emplace(kMessages,
                                              hook ? hook(request) : std::vector<FlashMessage>());
    }
    Values result;
    for (const FlashMessage& message : *messages) {
        bool is_wanted = !filter.is_sequence() || filter.items().empty();
        if (!is_wanted) {
            for (const Value& category : filter.items())
                is_wanted = is_wanted || equals(category, Value(message.category));
        }
        if (!is_wanted) continue;
        result.push_back(with_categories
                             ? Value::tuple({Value(message.category), Value(message.text)})
                             : Value(message.text));
    }
    return Value::list(std::move(result));
}

void add_globals(Environment& environment, const std::shared_ptr<Glue>& glue) {
    const auto add = [&](std::string_view name, Value (*call)(const Glue&, const Arguments&)) {
        environment.add_global(
            name,
            function([glue, call](const Arguments& arguments) { return call(*glue, arguments); },
                     std::string(name)));
    };
    add("url", url);
    add("static", static_file);
    add("csrf_token", csrf_token);
    add("csrf_field", csrf_field);
    add("get_flashed_messages", flashed_messages);
    environment.add_global("request", detail::request_object(glue->current));
    environment.add_global("app", glue->options.app());
}

/// Calls `function`; a template's error goes on as a RenderError.
template <class Function>
auto rethrown(Function function) {
    try {
        return function();
    } catch (const TemplateError& error) {
        throw RenderError(error);
    }
}

Dict all_values(const State& state, web::Request& request, const Dict& context) {
    Dict values;
    for (const ContextProcessor& process : state.glue->options.context_processors())
        process(request, values);
    for (const auto& entry : context.entries()) values.set(entry.key, entry.value);
    return values;
}

/// Runs `work`, which renders for a request and may await, to its end.
template <class Work>
Task<> run_awaiting(const State& state, web::Request& request, Work work) {
    detail::AwaitingWork rendering([&] { rethrown(work); });
    const auto go_on = [&] {
        const Rendering scope(*state.glue, request);  // others may render while this one waits
        return rendering.go_on();
    };
    while (go_on()) co_await rendering.settle();
}

/// The next piece that holds anything; false at the end.
bool next_piece(TemplateStream& stream, std::string& piece) {
    while (stream.next(piece)) {
        if (!piece.empty()) return true;
    }
    return false;
}

TemplateStream begin_stream(const State& state,
                            web::Request& request,
                            std::string_view name,
                            const Dict& context) {
    return TemplateStream(*state.environment,
                          state.environment->get_template(name),
                          all_values(state, request, context));
}

std::string render_page(const State& state,
                        web::Request& request,
                        std::string_view name,
                        const Dict& context) {
    const Template page = state.environment->get_template(name);
    if (state.glue->options.context_processors().empty()) return page.render(context);
    return page.render(all_values(state, request, context));
}

std::string_view content_type_of(std::string_view name) {
    constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
        {".txt", "text/plain; charset=utf-8"},
        {".xml", "application/xml"},
        {".json", "application/json"},
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"}};
    for (const auto& [extension, type] : kTypes) {
        if (name.ends_with(extension)) return type;
    }
    return "text/html; charset=utf-8";
}

}  // namespace

Environment& setup(web::Application& app,
                   std::shared_ptr<Environment> environment,
                   SetupOptions options) {
    auto glue = std::make_shared<Glue>();
    glue->options = std::move(options);
    add_globals(*environment, glue);
    State& state = app.emplace(kState, State{std::move(environment), std::move(glue)});
    return *state.environment;
}

Environment& setup(web::Application& app,
                   std::shared_ptr<const Loader> loader,
                   SetupOptions options) {
    auto environment = std::make_shared<Environment>();
    environment->set_loader(std::move(loader));
    environment->install_null_translations();
    return setup(app, std::move(environment), std::move(options));
}

std::vector<std::string> template_folders(const web::Application& app) {
    std::vector<std::string> folders;
    const State* const state = app.find(kState);
    if (state != nullptr && state->environment->loader() != nullptr)
        folders = state->environment->loader()->folders();
    const auto add = [&](const web::Application& child) {
        std::ranges::move(template_folders(child), std::back_inserter(folders));
    };
    for (const web::Router::Domain& domain : app.router().domains()) add(*domain.application);
    for (const auto& resource : app.router().resources()) {
        if (resource->application() != nullptr) add(*resource->application());
    }
    return folders;
}

Environment& environment_of(const web::Application& app) {
    return *app.get(kState).environment;
}

std::string render_string(web::Request& request, std::string_view name, const Dict& context) {
    const State& state = request.app().get(kState);
    const Rendering rendering(*state.glue, request);
    return rethrown([&] { return render_page(state, request, name, context); });
}

Task<std::string> render_string_async(web::Request& request, std::string name, Dict context) {
    const State& state = request.app().get(kState);
    std::string text;
    const auto work = [&] { text = render_page(state, request, name, context); };
    co_await run_awaiting(state, request, work);
    co_return text;
}

web::Response render(web::Request& request,
                     std::string_view name,
                     const Dict& context,
                     int status) {
    return web::Response(status).body(render_string(request, name, context), content_type_of(name));
}

Task<web::Response> render_async(web::Request& request,
                                 std::string name,
                                 Dict context,
                                 int status) {
    std::string text = co_await render_string_async(request, name, std::move(context));
    web::Response response(status);
    response.body(std::move(text), content_type_of(name));
    co_return std::move(response);
}

Task<web::Response> render_stream(web::Request& request,
                                  std::string name,
                                  Dict context,
                                  int status) {
    const State& state = request.app().get(kState);
    std::optional<TemplateStream> stream;
    std::string piece;
    bool has_more = false;
    const auto advance = [&] {
        if (!stream) stream.emplace(begin_stream(state, request, name, context));
        has_more = next_piece(*stream, piece);
    };
    co_await run_awaiting(state, request, advance);
    web::StreamResponse response(status);
    response.content_type(content_type_of(name));
    co_await response.prepare(request);
    while (has_more) {
        co_await response.write(std::move(piece));
        piece.clear();
        co_await run_awaiting(state, request, advance);
    }
    co_await response.write_eof();
    co_return std::move(response);
}

}  // namespace indrik::templates
