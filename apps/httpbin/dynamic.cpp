// Answers made to order: a status, or some bytes.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "handlers.hpp"
#include "text.hpp"

namespace httpbin {

namespace {

constexpr std::size_t kMaxBytes = 100 * 1024;

constexpr std::string_view kTeapot = R"(
    -=[ teapot ]=-

          _o_
     _.-''   ''-._   __
  __/             \_/ /
 /  \             /__/
 \__ \           /
    \_'-._____.-'
)";

constexpr std::string_view kAcceptable =
    R"({"message": "Client did not request a supported media type.", )"
    R"("accept": ["image/webp", "image/svg+xml", "image/jpeg", "image/png", "image/*"]})";

struct Choice {
    int code;
    double weight;
};

/// "200", "200,500" or "200:3,500:1".
std::vector<Choice> parse_choices(std::string_view text) {
    std::vector<Choice> choices;
    while (true) {
        const std::size_t comma = text.find(',');
        const std::string_view item = text.substr(0, comma);
        const std::size_t colon = item.find(':');
        const auto code = parse_number<int>(item.substr(0, colon));
        const auto weight =
            colon == std::string_view::npos ? 1.0 : parse_number<double>(item.substr(colon + 1));
        const bool is_status = code && *code >= 200 && *code <= 599;
        // The comparison is also false for what is not a number.
        if (!is_status || !weight || !(*weight >= 0 && *weight <= 1e9))
            throw web::HTTPBadRequest("Invalid status code");
        choices.push_back({*code, *weight});
        if (comma == std::string_view::npos) return choices;
        text.remove_prefix(comma + 1);
    }
}

int choose(const std::vector<Choice>& choices, std::mt19937_64& random) {
    std::vector<double> weights;
    for (const Choice& choice : choices) weights.push_back(choice.weight);
    std::discrete_distribution<std::size_t> distribution(weights.begin(), weights.end());
    return choices[distribution(random)].code;
}

}  // namespace

web::Response status(web::Request& request) {
    const auto choices = parse_choices(request.match_info("codes"));
    const int code = choose(choices, request.app().get(kRandom));
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
        case 406:
            return std::move(response).json_text(std::string(kAcceptable));
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

web::Response bytes(web::Request& request) {
    // A number too large to be one is above the limit as well.
    const auto wanted = parse_number<std::size_t>(request.match_info("n")).value_or(kMaxBytes);
    std::mt19937_64 generator(request.app().get(kRandom)());
    if (const auto text = request.query().get("seed")) {
        const auto seed = parse_number<std::int64_t>(*text);
        if (!seed) throw web::HTTPBadRequest("'seed' must be a whole number");
        generator.seed(static_cast<std::uint64_t>(*seed));
    }
    std::string result(std::min(wanted, kMaxBytes), '\0');
    for (char& byte : result) byte = static_cast<char>(generator() >> 56);
    return web::Response().body(std::move(result));
}

}  // namespace httpbin
