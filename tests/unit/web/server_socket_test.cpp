// The server over real sockets: what only a kernel does.

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

#include "indrik/core/log_sinks.hpp"
#include "indrik/core/sleep.hpp"
#include "indrik/web/runner.hpp"
#include "tests/support/co_test.hpp"
#include "tests/support/server_run.hpp"
#include "tests/support/socket_client.hpp"
#include "tests/unit/web/test_app.hpp"

#if defined(__has_feature)
#define INDRIK_HAS_FEATURE(name) __has_feature(name)
#else
#define INDRIK_HAS_FEATURE(name) 0
#endif

namespace indrik::web {
namespace {

using namespace std::chrono_literals;
using test::SocketClient;

/// A runner on a free port of the loopback and on a Unix socket.
class Serving {
public:
    Serving(const LoopExecutor& executor, ServerOptions options = {})
        : executor_(executor),
          sink_(std::make_shared<MemorySink>()),
          logging_(LogLevel::Debug, sink_),
          runner_(executor.context(), make_test_app(state), with_log(std::move(options))) {
        UniqueFd socket = test::listen_on_loopback();
        port_ = test::port_of(socket);
        runner_.listen(std::move(socket));
        directory_ =
            std::filesystem::temp_directory_path() / ("indrik-" + std::to_string(::getpid()));
        std::filesystem::create_directories(directory_);
        path_ = directory_ / "socket";
        std::filesystem::remove(path_);
        runner_.listen(test::listen_on_path(path_));
    }
    ~Serving() { std::filesystem::remove_all(directory_); }

    Task<> start() {
        co_await runner_.setup();
        runner_.start_accepting();
    }
    Task<> stop() {
        state.gate.set();
        co_await runner_.shutdown(20ms);
        EXPECT_EQ(runner_.statistics().connections, 0u);
        EXPECT_EQ(runner_.statistics().in_flight, 0u);
    }
    SocketClient connect() { return SocketClient(executor_, test::connect_to(port_)); }
    SocketClient connect_unix() { return SocketClient(executor_, test::connect_to(path_)); }
    std::uint16_t port() const { return port_; }
    const ServerStatistics& statistics() const { return runner_.statistics(); }
    std::string log() const { return sink_->text(); }

    TestState state;

private:
    ServerOptions with_log(ServerOptions options) {
        options.log = logging_.logger("indrik");
        return options;
    }

    LoopExecutor executor_;
    std::shared_ptr<MemorySink> sink_;
    Logging logging_;
    Runner runner_;
    std::uint16_t port_ = 0;
    std::filesystem::path directory_;
    std::string path_;
};

CO_TEST(ServerSocket, ServesTCPAndUnixClients) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Serving server(executor);
    co_await server.start();
    SocketClient tcp = server.connect();
    SocketClient local = server.connect_unix();
    for (SocketClient* const client : {&tcp, &local}) {
        for (int i = 0; i < 3; ++i) {
            client->send(get_request("/"));
            const std::string answer = co_await client->receive_until("hello");
            EXPECT_EQ(answer.substr(0, 15), "HTTP/1.1 200 OK");
        }
    }
    EXPECT_EQ(server.statistics().accepted, 2u);
    co_await server.stop();
}

CO_TEST(ServerSocket, LargeBodiesPassBothWays) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    ServerOptions options;
    options.body_limit_bytes = 10'000'000;
    Serving server(executor, options);
    co_await server.start();
    SocketClient tcp = server.connect();
    SocketClient local = server.connect_unix();
    const std::string request = post_request("/echo", std::string(3'000'000, 'b') + "!");
    for (SocketClient* const client : {&tcp, &local}) {
        std::string_view left = request;
        std::error_code error;
        while (!left.empty()) {
            const net::IOResult sent = client->stream().try_write(left);
            left.remove_prefix(sent.bytes);
            if (sent.status != net::IOStatus::Done) co_await client->stream().wait_writable(error);
        }
        const std::string answer = co_await client->receive_until("!");
        EXPECT_GT(answer.size(), 3'000'001u);
        client->send(get_request("/size/3000000") + get_request("/"));
        const std::string second = co_await client->receive_until("hello");
        EXPECT_GT(second.size(), 3'000'005u);
    }
    co_await server.stop();
}

CO_TEST(ServerSocket, HalfClosedClientGetsItsAnswer) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Serving server(executor);
    co_await server.start();
    SocketClient client = server.connect();
    SocketClient large = server.connect();
    client.send(get_request("/slow"));
    client.end();
    large.send(get_request("/size/5000000"));
    large.end();
    while (server.state.calls.empty()) co_await test::yield();
    co_await sleep_for(5ms);
    server.state.gate.set();
    const std::string answer = co_await client.receive_all();
    EXPECT_NE(answer.find("slow /slow"), std::string::npos);
    EXPECT_FALSE(client.is_broken());
    const std::string body = co_await large.receive_all();
    EXPECT_GT(body.size(), 5'000'000u);
    EXPECT_FALSE(large.is_broken());
    co_await server.stop();
}

CO_TEST(ServerSocket, ResetAtAnyMomentEndsTheConnectionQuietly) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Serving server(executor);
    co_await server.start();
    const std::vector<std::string> requests = {
        "",
        "GET / HT",
        get_request("/"),
        get_request("/slow"),
        get_request("/size/10000000"),
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc",
        "BAD\r\n\r\n"};
    for (int round = 0; round < 2; ++round) {
        for (const std::string& request : requests) {
            SocketClient client = server.connect();
            if (!request.empty()) client.send(request);
            if (round == 1) co_await sleep_for(2ms);  // the server is in the middle of it
            client.reset();
        }
    }
    server.state.gate.set();
    const auto end = std::chrono::steady_clock::now() + 5s;
    while (server.statistics().connections != 0 && std::chrono::steady_clock::now() < end) {
        co_await sleep_for(1ms);
    }
    EXPECT_EQ(server.statistics().connections, 0u);
    EXPECT_EQ(server.log(), "");
    co_await server.stop();
}

CO_TEST(ServerSocket, LastAnswerIsNotOvertakenByAReset) {
    // The client is still sending when the server has answered and closes.
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Serving server(executor);
    co_await server.start();
    for (int i = 0; i < 10; ++i) {
        SocketClient client = server.connect();
        client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\n\r\n");
        std::error_code error;
        const std::string part(100'000, 'b');
        for (int j = 0; j < 20; ++j) {
            const net::IOResult sent = client.stream().try_write(part);
            if (sent.status == net::IOStatus::WouldBlock)
                co_await client.stream().wait_writable(error);
            if (sent.status == net::IOStatus::Failed) break;
        }
        client.end();
        const std::string answer = co_await client.receive_all();
        EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 413") << i;
        EXPECT_FALSE(client.is_broken()) << i;
    }
    co_await server.stop();
}

CO_TEST(ServerSocket, ConnectionsBeyondTheLimitAreTurnedAwayUntilThereIsPlace) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    ServerOptions options;
    options.max_connections = 2;
    Serving server(executor, options);
    co_await server.start();
    SocketClient first = server.connect();
    SocketClient second = server.connect();
    SocketClient third = server.connect();
    for (SocketClient* const client : {&first, &second, &third}) client->send(get_request("/"));
    co_await first.receive_until("hello");
    co_await second.receive_until("hello");
    const std::string refusal = co_await third.receive_until("\r\n\r\n");
    EXPECT_EQ(refusal.substr(0, 32), "HTTP/1.1 503 Service Unavailable");
    EXPECT_NE(refusal.find("\r\nRetry-After: "), std::string::npos);
    EXPECT_NE(refusal.find("\r\nConnection: close\r\n"), std::string::npos);
    co_await third.receive_all();
    EXPECT_FALSE(third.is_broken());  // by a reset, though its request was not read
    EXPECT_EQ(server.statistics().turned_away, 1u);
    EXPECT_NE(server.log().find("Too many connections (2 open)"), std::string::npos);
    first.stream().close();
    third.stream().close();
    while (server.statistics().connections > 1) co_await sleep_for(1ms);
    SocketClient fourth = server.connect();
    fourth.send(get_request("/"));
    const std::string answer = co_await fourth.receive_until("hello");
    EXPECT_EQ(answer.substr(0, 15), "HTTP/1.1 200 OK");
    co_await server.stop();
}

CO_TEST(ServerSocket, OneAddressTakesNoMoreThanItsPart) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    ServerOptions options;
    options.max_connections_per_address = 1;
    Serving server(executor, options);
    co_await server.start();
    SocketClient first = server.connect();
    SocketClient second = server.connect();
    first.send(get_request("/"));
    second.send(get_request("/"));
    co_await first.receive_until("hello");
    const std::string refusal = co_await second.receive_until("\r\n\r\n");
    EXPECT_EQ(refusal.substr(0, 12), "HTTP/1.1 503");
    first.send(get_request("/"));  // who is connected is served
    co_await first.receive_until("hello");
    co_await server.stop();
}

// The undefined-behaviour sanitizer needs descriptors itself, whenever it looks at an object.
#if !defined(__SANITIZE_ADDRESS__) && !INDRIK_HAS_FEATURE(address_sanitizer)
CO_TEST(ServerSocket, WithoutDescriptorsItSaysSoAndGoesOnWhenThereAreSome) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    ServerOptions options;
    options.max_connections = 1000;
    Serving server(executor, options);
    co_await server.start();
    SocketClient early = server.connect();
    early.send(get_request("/"));
    co_await early.receive_until("hello");
    SocketClient client = server.connect();
    client.send(get_request("/"));
    std::vector<UniqueFd> hoard;
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    const rlimit few{std::min<rlim_t>(before.rlim_cur, 256), before.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &few);
    for (;;) {
        UniqueFd more(::dup(0));
        if (!more) break;
        hoard.push_back(std::move(more));
    }
    while (server.log().empty()) co_await sleep_for(1ms);
    EXPECT_NE(server.log().find("Cannot accept connections: Too many open files"),
              std::string::npos);
    early.send(get_request("/"));  // who is connected is served
    co_await early.receive_until("hello");
    hoard.clear();
    ::setrlimit(RLIMIT_NOFILE, &before);
    const std::string answer = co_await client.receive_until("hello");
    EXPECT_EQ(answer.substr(0, 15), "HTTP/1.1 200 OK");
    co_await server.stop();
}
#endif

Task<> ask_repeatedly(SocketClient& client, int times, int* answers) {
    for (int i = 0; i < times; ++i) {
        client.send(get_request("/"));
        const std::string answer = co_await client.receive_until("hello");
        if (answer.substr(0, 15) == "HTTP/1.1 200 OK") ++*answers;
    }
}

CO_TEST(ServerSocket, ServesManyConnectionsAtOnce) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Serving server(executor);
    co_await server.start();
    std::vector<std::unique_ptr<SocketClient>> clients;
    int answers = 0;
    TaskGroup group(executor);
    for (int i = 0; i < 400; ++i) {
        clients.push_back(
            std::make_unique<SocketClient>(executor, test::connect_to(server.port())));
        group.spawn(ask_repeatedly(*clients.back(), 5, &answers));
    }
    co_await group.join();
    EXPECT_EQ(answers, 2000);
    EXPECT_EQ(server.statistics().connections, 400u);
    clients.clear();
    co_await server.stop();
}

}  // namespace
}  // namespace indrik::web
