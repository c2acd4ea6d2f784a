// Answers whose head is made to order: a status, or header fields.

#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <indrik/core/strings.hpp>

#include "describe.hpp"
#include "handlers.hpp"
#include "random.hpp"
#include "text.hpp"

namespace httpbin {

namespace {

constexpr std::string_view kTeapot = R"(
    -=[ teapot ]=-

          _o_
     _.-''   ''-._   __
  __/             \_/ /
 /  \             /__/
 \__ \           /
    \_'-._____.-'
)";

/// What the server says of itself, or of the connection.
constexpr std::string_view kFieldsOfServer[] = {"Connection",
                                                "Content-Length",
                                                "Keep-Alive",
                                                "Proxy-Connection",
                                                "TE",
                                                "Trailer",
                                                "Transfer-Encoding",
                                                "Upgrade"};

struct Choice {
    int code;
    double weight;
};

/// "200" or "200:3".
Choice parse_choice(std::string_view text) {
    const std::size_t colon = text.find(':');
    const auto code = parse_number<int>(text.substr(0, colon));
    const auto weight =
        colon == std::string_view::npos ? 1.0 : parse_number<double>(text.substr(colon + 1));
    const bool is_status = code && *code >= 200 && *code <= 599;
    // The comparison is also false for what is not a number.
    if (!is_status || !weight || !(*weight >= 0 && *weight <= 1e9))
        throw web::HTTPBadRequest("Invalid status code");
    return {*code, *weight};
}

/// One of "200,500" or "200:3,500:1".
int choose(std::string_view codes, std::mt19937_64& random) {
    std::vector<int> choices;
    std::vector<double> weights;
    for (const std::string_view text : indrik::split(codes, ',')) {
        const Choice choice = parse_choice(text);
        choices.push_back(choice.code);
        weights.push_back(choice.weight);
    }
    std::discrete_distribution<std::size_t> distribution(weights.begin(), weights.end());
    return choices[distribution(random)];
}

void check_is_free(std::string_view name) {
    for (const std::string_view field : kFieldsOfServer) {
        if (indrik::iequals(field, name))
            throw web::HTTPBadRequest("the server decides about " + std::string(field));
    }
}

/// Adds the fields that the query asks for; those of a name together, in the place of the first.
void add_fields(web::Response& response, const indrik::http::QueryParameters& query) {
    std::set<std::string> seen;
    for (const auto& [name, value] : query) {
        check_is_free(name);
        const bool is_first = seen.insert(indrik::to_lower(name)).second;
        try {
            is_first ? response.header(name, value) : response.add_header(name, value);
        } catch (const std::invalid_argument& error) {
            throw web::HTTPBadRequest(error.what());
        }
    }
}

indrik::json::Object list_fields(const web::Response& response) {
    indrik::json::Object result;
    for (const auto& field : response.headers()) {
        indrik::json::Value& slot = result[as_text(field.name)];
        if (slot.is_null()) {
            slot = as_text(field.value);
        } else {
            if (!slot.is_array()) slot = indrik::json::Array{slot};
            slot.as_array().emplace_back(as_text(field.value));
        }
    }
    return result;
}

/// JSON in which nothing could be markup, for the client may call it HTML.
std::string without_markup(std::string text) {
    for (std::size_t at = 0; (at = text.find('<', at)) != std::string::npos;)
        text.replace(at, 1, "\\u003c");
    return text;
}

}  // namespace

web::Response status(web::Request& request) {
    const int code = choose(request.match_info("codes"), request.app().get(kRandom));
    web::Response response(code);
    switch (code) {
        case 301:
        case 302:
        case 303:
        case 305:
        case 307:
            return std::move(response).header("Location", "/redirect/1");
        case 401:
            return std::move(response).header("WWW-Authenticate", R"(Basic realm="Fake Realm")");
        case 402:
            return std::move(response).text("Good answers are worth paying for.\n");
        case 406:
            return only_images();
        case 407:
            return std::move(response).header("Proxy-Authenticate", R"(Basic realm="Fake Realm")");
        case 418:
            return std::move(response)
                .text(std::string(kTeapot))
                .header("X-More-Info", "https://www.rfc-editor.org/rfc/rfc2324");
        default:
            return response;
    }
}

/// The body lists the fields, its own length among them; so it is made until it names the length that it has.
web::Response response_headers(web::Request& request) {
    web::Response response;
    response.content_type("application/json");
    add_fields(response, request.query());
    auto fields = list_fields(response);
    std::string text;
    do {
        fields["Content-Length"] = std::to_string(text.size());
        text = without_markup(indrik::json::serialize(fields)) + "\n";
    } while (fields["Content-Length"].as_string() != std::to_string(text.size()));
    response.body(std::move(text));
    return response;
}

}  // namespace httpbin
