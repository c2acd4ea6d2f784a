#pragma once
// An application in the hand of a test, as framework/docs/testing.md shows it to users: public headers alone.
//
//   TestApplication app(make_app());
//   EXPECT_EQ(test::answer(app, "GET", "/"), "200 hello");

#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <asio/io_context.hpp>

#include "indrik/core/task_group.hpp"
#include "indrik/net/memory_client.hpp"
#include "indrik/web.hpp"
#include "indrik/web/server.hpp"

namespace indrik::test {

/// An application that has started, and answers requests without a socket.
class TestApplication {
public:
    explicit TestApplication(web::Application app, web::ServerOptions options = {})
        : app_(std::move(app)), server_(loop_.get_executor(), app_, std::move(options)) {
        app_.freeze();
        run(app_.startup());
    }
    TestApplication(const TestApplication&) = delete;
    ~TestApplication() {
        server_.drain();
        server_.cancel();
        run(server_.wait_closed());
        run(app_.cleanup());
    }

    web::Application& app() { return app_; }

    /// All that comes back, as it goes over the wire.
    std::string ask(std::string_view request) {
        net::MemoryClient client;
        server_.serve(client.stream());
        client.send(request);
        client.end();
        while (!client.is_closed()) turn();
        return client.take_received();
    }

    /// Runs the loop until the task has ended. Errors: what it throws.
    void run(Task<> task) {
        std::exception_ptr failure;
        TaskGroup group(loop_.get_executor());
        group.on_error([&failure](std::exception_ptr error) { failure = std::move(error); });
        group.spawn(std::move(task));
        while (!group.empty()) turn();
        if (failure) std::rethrow_exception(failure);
    }

private:
    void turn() {
        loop_.restart();
        loop_.run_one();
    }

    asio::io_context loop_;
    web::Application app_;
    web::Server server_;
};

/// The answer to one request: its head and its body.
struct Answer {
    int status = 0;
    std::string head;
    std::string body;

    /// The value of the first field of that name, or "".
    std::string field(const std::string& name) const {
        const std::size_t begin = head.find("\r\n" + name + ": ");
        if (begin == std::string::npos) return "";
        const std::size_t value = begin + name.size() + 4;
        return head.substr(value, head.find("\r\n", value) - value);
    }
};

/// `fields` are further lines of the head; a body brings its length.
inline Answer full_answer(TestApplication& app,
                          std::string_view method,
                          std::string_view target,
                          std::string_view fields = {},
                          std::string_view body = {}) {
    std::string request = std::string(method) + " " + std::string(target) + " HTTP/1.1\r\n";
    if (fields.find("Host: ") == std::string_view::npos) request += "Host: test\r\n";
    request += fields;
    if (!body.empty()) request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    const std::string bytes = app.ask(request.append("\r\n").append(body));
    Answer answer;
    const std::size_t end = bytes.find("\r\n\r\n");
    answer.status = std::stoi(bytes.substr(9, 3));
    answer.head = bytes.substr(0, end + 2);
    answer.body = bytes.substr(end + 4);
    return answer;
}

/// "200 hello".
inline std::string answer(TestApplication& app,
                          std::string_view method,
                          std::string_view target,
                          std::string_view fields = {},
                          std::string_view body = {}) {
    const Answer full = full_answer(app, method, target, fields, body);
    return std::to_string(full.status) + " " + full.body;
}

}  // namespace indrik::test
