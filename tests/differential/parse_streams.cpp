// What Indrik's parser and http-parser find in streams of requests.
//
//   parse_streams CORPUS      CORPUS: streams, each behind its size (4 bytes, little-endian)
//
// Prints a line of JSON for each stream: {"ours": [...], "http_parser": [...]}, the complete requests in order. Bytes are
// Latin-1 characters. Indrik's finding must be the same when the bytes come one by one; if it is not, that is the program's error.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <http_parser.h>

#include "indrik/core/encoding.hpp"
#include "indrik/http/tokens.hpp"
#include "tests/support/request_stream.hpp"

namespace {

namespace http = indrik::http;
namespace json = boost::json;

using indrik::test::Fields;
using indrik::test::FoundRequest;

json::string text_of(std::string_view bytes) {
    return json::string(indrik::latin1_to_utf8(bytes));
}

json::array to_json(const Fields& fields) {
    json::array list;
    for (const auto& [name, value] : fields) {
        json::array pair;
        pair.emplace_back(text_of(name));
        pair.emplace_back(text_of(value));
        list.emplace_back(std::move(pair));
    }
    return list;
}

json::array to_json(const std::vector<FoundRequest>& requests) {
    json::array list;
    for (const FoundRequest& request : requests) {
        json::object object;
        object["method"] = text_of(request.method);
        object["target"] = text_of(request.target);
        object["version"] = text_of(request.version);
        object["fields"] = to_json(request.fields);
        object["body"] = text_of(request.body);
        object["trailers"] = to_json(request.trailers);
        list.emplace_back(std::move(object));
    }
    return list;
}

// ---- Indrik's parser

json::array ours(std::string_view stream, std::size_t piece_bytes) {
    indrik::test::RequestStream parser;
    for (std::string_view rest = stream; !rest.empty();) {
        const std::string_view piece = rest.substr(0, piece_bytes);
        rest.remove_prefix(piece.size());
        parser.feed(piece);
    }
    return to_json(parser.complete());
}

// ---- http-parser

struct Theirs {
    std::vector<FoundRequest> requests;  // the last one may be incomplete
    bool is_complete = true;
    bool in_body = false;
    bool in_value = false;

    Fields& fields() { return in_body ? requests.back().trailers : requests.back().fields; }
};

Theirs& of(http_parser* parser) {
    return *static_cast<Theirs*>(parser->data);
}

std::string trimmed(std::string_view text) {
    return std::string(http::trim(text));
}

json::array theirs(std::string_view stream) {
    http_parser_settings settings;
    http_parser_settings_init(&settings);
    settings.on_message_begin = [](http_parser* parser) {
        Theirs& state = of(parser);
        state.requests.emplace_back();
        state.is_complete = state.in_body = state.in_value = false;
        return 0;
    };
    settings.on_url = [](http_parser* parser, const char* at, std::size_t size) {
        of(parser).requests.back().target.append(at, size);
        return 0;
    };
    settings.on_header_field = [](http_parser* parser, const char* at, std::size_t size) {
        Theirs& state = of(parser);
        if (state.in_value || state.fields().empty()) state.fields().emplace_back();
        state.in_value = false;
        state.fields().back().first.append(at, size);
        return 0;
    };
    settings.on_header_value = [](http_parser* parser, const char* at, std::size_t size) {
        Theirs& state = of(parser);
        state.in_value = true;
        state.fields().back().second.append(at, size);
        return 0;
    };
    settings.on_headers_complete = [](http_parser* parser) {
        Theirs& state = of(parser);
        FoundRequest& request = state.requests.back();
        request.method = http_method_str(static_cast<http_method>(parser->method));
        request.version =
            std::to_string(parser->http_major) + "." + std::to_string(parser->http_minor);
        state.in_body = true;
        state.in_value = false;
        return 0;
    };
    settings.on_body = [](http_parser* parser, const char* at, std::size_t size) {
        of(parser).requests.back().body.append(at, size);
        return 0;
    };
    settings.on_message_complete = [](http_parser* parser) {
        of(parser).is_complete = true;
        if (http_should_keep_alive(parser) == 0) http_parser_pause(parser, 1);  // and close
        return 0;
    };
    Theirs state;
    http_parser parser;
    http_parser_init(&parser, HTTP_REQUEST);
    parser.data = &state;
    http_parser_execute(&parser, &settings, stream.data(), stream.size());
    if (!state.is_complete) state.requests.pop_back();
    for (FoundRequest& request : state.requests) {
        for (auto& [name, value] : request.fields) value = trimmed(value);
        for (auto& [name, value] : request.trailers) value = trimmed(value);
    }
    return to_json(state.requests);
}

std::vector<std::string> read_corpus(const char* path) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)),
                            std::istreambuf_iterator<char>());
    std::vector<std::string> streams;
    for (std::size_t at = 0; at + 4 <= bytes.size();) {
        std::uint32_t size = 0;
        std::memcpy(&size, bytes.data() + at, sizeof size);
        streams.push_back(bytes.substr(at + 4, size));
        at += 4 + size;
    }
    return streams;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    for (const std::string& stream : read_corpus(argv[1])) {
        json::object line;
        line["ours"] = ours(stream, stream.size());
        if (ours(stream, 1) != line["ours"]) {
            std::fprintf(stderr, "byte by byte there is something else in: %s\n", stream.c_str());
            return 1;
        }
        line["http_parser"] = theirs(stream);
        std::puts(json::serialize(line).c_str());
    }
    return 0;
}
