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
#include "indrik/http/chunked.hpp"
#include "indrik/http/parser.hpp"
#include "indrik/http/tokens.hpp"

namespace {

namespace http = indrik::http;
namespace json = boost::json;

using Fields = std::vector<std::pair<std::string, std::string>>;

struct Found {
    std::string method;
    std::string target;
    std::string version;
    Fields fields;
    std::string body;
    Fields trailers;
};

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

json::array to_json(const std::vector<Found>& requests) {
    json::array list;
    for (const Found& request : requests) {
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

// ---- Indrik's parser, used as a connection uses it

class Ours {
public:
    /// Takes `bytes` in pieces and returns the complete requests, up to what is refused or ends the connection.
    std::vector<Found> parse(std::string_view bytes, std::size_t piece_bytes) {
        while (!bytes.empty() && open_) {
            const std::string_view piece = bytes.substr(0, piece_bytes);
            bytes.remove_prefix(piece.size());
            received_ += piece;
            while (open_ && step()) {
            }
        }
        return std::move(requests_);
    }

private:
    bool step() { return in_body_ ? read_body() : read_head(); }

    bool read_head() {
        if (received_.empty()) return false;
        const auto size = parser_.parse(received_, head_);
        if (!size || *size == 0) {
            open_ = size.has_value();
            return false;
        }
        Found& request = requests_.emplace_back();
        request.method = head_.method_text;
        request.target = head_.target;
        request.version = head_.version == http::Version::Http10 ? "1.0" : "1.1";
        request.fields = copy(head_.headers);
        received_.erase(0, *size);
        remaining_ = head_.content_length;
        decoder_ = http::ChunkedDecoder();
        in_body_ = true;
        // The server does not take it any further; the request stands for what the others find.
        if (head_.method == http::Method::Connect) {
            open_ = false;
            in_body_ = false;
        }
        return true;
    }

    bool read_body() {
        std::string& body = requests_.back().body;
        if (head_.framing == http::BodyFraming::Chunked) {
            const auto step = decoder_.feed(received_);
            if (!step) return refuse();
            body += step->data;
            received_.erase(0, step->consumed);
            if (!decoder_.done()) return step->consumed != 0;
            requests_.back().trailers = copy(decoder_.trailers());
        } else {
            const std::size_t size = std::min<std::size_t>(remaining_, received_.size());
            body.append(received_, 0, size);
            received_.erase(0, size);
            remaining_ -= size;
            if (remaining_ != 0) return false;
        }
        in_body_ = false;
        open_ = head_.keep_alive;
        return true;
    }

    bool refuse() {
        open_ = false;
        return false;
    }

    static Fields copy(const http::Headers& headers) {
        Fields fields;
        for (const http::HeaderField field : headers) {
            fields.emplace_back(std::string(field.name), std::string(field.value));
        }
        return fields;
    }

public:
    /// Whether the last request has no end.
    bool is_in_body() const { return in_body_; }

private:
    http::RequestParser parser_;
    http::RequestHead head_;
    http::ChunkedDecoder decoder_;
    std::string received_;
    std::vector<Found> requests_;
    std::uint64_t remaining_ = 0;
    bool in_body_ = false;
    bool open_ = true;
};

json::array ours(std::string_view stream, std::size_t piece_bytes) {
    Ours parser;
    std::vector<Found> requests = parser.parse(stream, piece_bytes);
    if (parser.is_in_body()) requests.pop_back();
    return to_json(requests);
}

// ---- http-parser

struct Theirs {
    std::vector<Found> requests;  // the last one may be incomplete
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
        Found& request = state.requests.back();
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
    for (Found& request : state.requests) {
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
