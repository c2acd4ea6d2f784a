// Micro-benchmarks of the http module: nanoseconds per head, response, chunk.
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>

#include "indrik/http/chunked.hpp"
#include "indrik/http/cookies.hpp"
#include "indrik/http/parser.hpp"
#include "indrik/http/response_parser.hpp"
#include "indrik/http/serializer.hpp"
#include "indrik/http/url.hpp"

namespace {

using namespace indrik;
using namespace indrik::http;

constexpr std::string_view kPlaintext = "GET / HTTP/1.1\r\nHost: 127.0.0.1:8000\r\n\r\n";
constexpr std::string_view kBrowser =
    "GET /articles/2026/07/a-rather-long-path?utm_source=feed&page=2 HTTP/1.1\r\n"
    "Host: www.example.com\r\n"
    "Connection: keep-alive\r\n"
    "Cache-Control: max-age=0\r\n"
    "sec-ch-ua: \"Chromium\";v=\"126\", \"Not-A.Brand\";v=\"8\"\r\n"
    "sec-ch-ua-mobile: ?0\r\n"
    "sec-ch-ua-platform: \"Linux\"\r\n"
    "Upgrade-Insecure-Requests: 1\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Safari/537.36\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8\r\n"
    "Sec-Fetch-Site: none\r\n"
    "Sec-Fetch-Mode: navigate\r\n"
    "Sec-Fetch-User: ?1\r\n"
    "Sec-Fetch-Dest: document\r\n"
    "Accept-Encoding: gzip, deflate, br\r\n"
    "Accept-Language: en-US,en;q=0.9\r\n"
    "Cookie: session=0123456789abcdef0123456789abcdef; theme=dark; consent=yes\r\n"
    "\r\n";

/// Items per second are heads per second; a batch of `state.range(0)` heads lies in one buffer.
void parse_heads(benchmark::State& state, std::string_view head_text) {
    const auto depth = static_cast<std::size_t>(state.range(0));
    std::string batch;
    for (std::size_t i = 0; i < depth; ++i) batch += head_text;
    RequestParser parser;
    RequestHead head;
    for (auto _ : state) {
        std::string_view rest = batch;
        while (!rest.empty()) {
            const auto size = parser.parse(rest, head);
            benchmark::DoNotOptimize(head.path.data());
            rest.remove_prefix(*size);
            head.clear();
        }
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * depth));
}

void parse_plaintext(benchmark::State& state) {
    parse_heads(state, kPlaintext);
}
void parse_browser(benchmark::State& state) {
    parse_heads(state, kBrowser);
}
BENCHMARK(parse_plaintext)->Arg(1)->Arg(16);
BENCHMARK(parse_browser)->Arg(1)->Arg(16);

/// A head that a server behind a proxy sends to a client.
void parse_response(benchmark::State& state) {
    constexpr std::string_view kResponse =
        "HTTP/1.1 200 OK\r\n"
        "Server: nginx\r\n"
        "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
        "Content-Type: application/json; charset=utf-8\r\n"
        "Content-Length: 1270\r\n"
        "Connection: keep-alive\r\n"
        "ETag: W/\"4f6-18d0c5b1e90\"\r\n"
        "Vary: Accept-Encoding\r\n"
        "X-Request-Id: 0123456789abcdef0123456789abcdef\r\n"
        "Strict-Transport-Security: max-age=31536000\r\n"
        "\r\n";
    ResponseParser parser;
    ResponseHead head;
    for (auto _ : state) {
        benchmark::DoNotOptimize(parser.parse(kResponse, head));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(parse_response);

void parse_field_name(benchmark::State& state) {
    for (auto _ : state) {
        for (const std::string_view name : {"Host", "user-agent", "Accept-Encoding", "X-Unknown"}) {
            benchmark::DoNotOptimize(parse_field(name));
        }
    }
    state.SetItemsProcessed(state.iterations() * 4);
}
BENCHMARK(parse_field_name);

/// Sixteen responses of a status, one field and a body of 13 bytes into one buffer.
void write_plaintext(benchmark::State& state) {
    Buffer out(1 << 16);
    HeadBlocks blocks("indrik");
    blocks.refresh(1'700'000'000);
    Headers headers;
    headers.append(Field::ContentType, "text/plain");
    for (auto _ : state) {
        for (int i = 0; i < 16; ++i) {
            ResponseWriter(out, blocks)
                .write(ResponseTraits(), Status::Ok, headers, "Hello, World!");
        }
        benchmark::DoNotOptimize(out.data());
        out.clear();
    }
    state.SetItemsProcessed(state.iterations() * 16);
}
BENCHMARK(write_plaintext);

void build_headers(benchmark::State& state) {
    Headers headers;
    for (auto _ : state) {
        headers.append(Field::ContentType, "text/plain");
        headers.append("X-Request-Id", "0123456789abcdef");
        benchmark::DoNotOptimize(headers.size());
        headers.clear();
    }
}
BENCHMARK(build_headers);

void decode_tiny_chunks(benchmark::State& state) {
    std::string body;
    for (int i = 0; i < 1000; ++i) body += "1\r\na\r\n";
    body += "0\r\n\r\n";
    for (auto _ : state) {
        ChunkedDecoder decoder;
        std::string_view rest = body;
        while (!decoder.done()) rest.remove_prefix(decoder.feed(rest)->consumed);
    }
    state.SetItemsProcessed(state.iterations() * 1000);
}
BENCHMARK(decode_tiny_chunks);

void read_query(benchmark::State& state) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(parse_query("utm_source=feed&page=2&q=a+b%20c"));
    }
}
BENCHMARK(read_query);

void read_cookies(benchmark::State& state) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(
            parse_cookies("session=0123456789abcdef0123456789abcdef; theme=dark; consent=yes"));
    }
}
BENCHMARK(read_cookies);

}  // namespace
