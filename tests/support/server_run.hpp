#pragma once
// A web server in the hand of a test: its connections are in memory, its loop runs when the test says so, and time passes
// when the test says so.
//
//   ServerRun run(make_app());
//   MemoryClient client = run.connect();
//   client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
//   run.settle();                              // everybody runs who can
//   EXPECT_EQ(client.received(), ...);
//   run.pass(10s);                             // at once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "indrik/core/log_sinks.hpp"
#include "indrik/web/server.hpp"
#include "tests/support/co_test.hpp"
#include "tests/support/memory_client.hpp"

namespace indrik::test {

class ServerRun {
public:
    explicit ServerRun(web::Application app, web::ServerOptions options = {})
        : application_(std::move(app)),
          log_sink_(std::make_shared<MemorySink>()),
          logging_(LogLevel::Debug, log_sink_),
          server_(loop_.executor(), application_, with_log(std::move(options))) {
        application_.freeze();
    }
    ServerRun(const ServerRun&) = delete;
    /// Every connection ends when the server is cancelled, whatever it was doing.
    ~ServerRun() { end(); }

    web::Server& server() { return server_; }
    TestLoop& loop() { return loop_; }
    std::string log() const { return log_sink_->text(); }

    MemoryClient connect() {
        MemoryClient client;
        server_.serve(client.stream());
        settle();
        return client;
    }

    /// Runs everybody who is ready.
    void settle() {
        // A connection that never rests would keep the test here for ever.
        for (int left = 1'000'000; left > 0; --left) {
            loop_.context().restart();
            if (loop_.context().poll_one() == 0) return;
        }
        ADD_FAILURE() << "the loop does not come to rest";
    }
    /// Lets time pass for the timeouts, and runs everybody who is ready.
    void pass(std::chrono::milliseconds time) {
        settle();
        for (; time.count() > 0; time -= net::TimerWheel::kTick) {
            server_.timers().turn();
            settle();
        }
    }
    /// Runs the loop until `condition` holds; for what only real time brings.
    template <class Condition>
    bool run_until(Condition condition, std::chrono::steady_clock::duration limit = kDeadline) {
        const auto end = std::chrono::steady_clock::now() + limit;
        while (!condition() && std::chrono::steady_clock::now() < end) {
            loop_.context().restart();
            loop_.context().run_one_for(std::chrono::milliseconds(20));
        }
        return condition();
    }

    /// Sends `pieces` on a connection of their own, the loop running after each; what came back.
    std::string answers_to(const std::vector<std::string_view>& pieces) {
        MemoryClient client = connect();
        for (const std::string_view piece : pieces) {
            client.send(piece);
            settle();
        }
        client.end();
        settle();
        EXPECT_TRUE(client.is_closed());
        return client.take_received();
    }
    std::string answers_to(std::string_view request) {
        return answers_to(std::vector<std::string_view>{request});
    }

    void end() {
        server_.stop_accepting();
        server_.drain();
        server_.cancel();
        loop_.run(server_.wait_closed());
        EXPECT_EQ(server_.statistics().connections, 0u);
        EXPECT_EQ(server_.statistics().in_flight, 0u);
    }

private:
    web::ServerOptions with_log(web::ServerOptions options) {
        options.log = logging_.logger("indrik");
        return options;
    }

    TestLoop loop_;
    web::Application application_;
    std::shared_ptr<MemorySink> log_sink_;
    Logging logging_;
    web::Server server_;
};

/// One response of a connection, taken apart.
struct WireResponse {
    int status = 0;
    std::string head;  // with its blank line
    std::string body;

    bool has_field(std::string_view line) const {
        return head.find("\r\n" + std::string(line) + "\r\n") != std::string::npos;
    }
    bool closes() const { return has_field("Connection: close"); }
};

/// The responses in `bytes`, which must hold nothing else. Those to HEAD requests say so by `head_requests`.
inline std::vector<WireResponse> parse_responses(std::string_view bytes,
                                                 bool head_requests = false) {
    std::vector<WireResponse> responses;
    while (!bytes.empty()) {
        const std::size_t end = bytes.find("\r\n\r\n");
        if (bytes.substr(0, 9) != "HTTP/1.1 " || end == std::string_view::npos) {
            ADD_FAILURE() << "no response: " << bytes.substr(0, 200);
            break;
        }
        WireResponse response;
        response.status = std::stoi(std::string(bytes.substr(9, 3)));
        response.head = bytes.substr(0, end + 4);
        bytes.remove_prefix(end + 4);
        std::size_t length = 0;
        if (const std::size_t at = response.head.find("\r\nContent-Length: ");
            at != std::string::npos && !head_requests && response.status != 304) {
            length = std::stoul(response.head.substr(at + 18));
        }
        if (length > bytes.size()) {
            ADD_FAILURE() << "a response of " << length << " bytes ends after " << bytes.size();
        }
        response.body = bytes.substr(0, length);
        bytes.remove_prefix(std::min(length, bytes.size()));
        responses.push_back(std::move(response));
    }
    return responses;
}

/// The statuses and bodies of all responses: "200 hello|404 404: Not Found".
inline std::string summary(std::string_view bytes) {
    std::string text;
    for (const WireResponse& response : parse_responses(bytes)) {
        if (!text.empty()) text += '|';
        text += std::to_string(response.status) + ' ' + response.body;
    }
    return text;
}

}  // namespace indrik::test
