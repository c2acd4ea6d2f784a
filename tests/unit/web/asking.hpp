#pragma once
// Handlers that say who they are, and single requests to applications made of them.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "indrik/web/application.hpp"
#include "tests/support/server_run.hpp"

namespace indrik::web {

/// Answers with a text, and the variables of the path behind it.
inline Handler says(std::string text) {
    return [text = std::move(text)](Request& request) {
        std::string answer = text;
        for (const auto& [name, value] : request.match_info()) {
            answer += ' ' + std::string(name) + '=' + std::string(value);
        }
        return Response().text(std::move(answer));
    };
}

/// The value of a field of a response, or "".
inline std::string field_of(const test::WireResponse& response, const std::string& name) {
    const std::size_t begin = response.head.find("\r\n" + name + ": ");
    if (begin == std::string::npos) return "";
    const std::size_t value = begin + name.size() + 4;
    return response.head.substr(value, response.head.find("\r\n", value) - value);
}

/// The answer to one request: "200 text", and Allow if there is one. `fields` are further lines of the head, and may name a host.
inline std::string ask(Application app,
                       std::string_view method,
                       std::string_view path,
                       std::string_view fields = "Host: x\r\n") {
    test::ServerRun run(std::move(app));
    std::string request = std::string(method) + " " + std::string(path) + " HTTP/1.1\r\n";
    request.append(fields).append("\r\n");
    const auto responses = test::parse_responses(run.answers_to(request), method == "HEAD");
    if (responses.size() != 1) return "no answer";
    std::string answer = std::to_string(responses[0].status) + " " + responses[0].body;
    const std::string allow = field_of(responses[0], "Allow");
    return allow.empty() ? answer : answer + " Allow: " + allow;
}

inline std::string ask(std::vector<RouteDefinition> routes,
                       std::string_view method,
                       std::string_view path,
                       std::string_view fields = "Host: x\r\n") {
    Application app;
    app.add_routes(routes);
    return ask(std::move(app), method, path, fields);
}

/// What a piece of code throws, or "no error".
template <class Function>
std::string error_of(Function function) {
    try {
        function();
    } catch (const std::exception& error) {
        return error.what();
    }
    return "no error";
}

}  // namespace indrik::web
