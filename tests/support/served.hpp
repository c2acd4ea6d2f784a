#pragma once
// An application that is served on the loop of the test.
//
//   Served served(executor, echo);                     // at /ws
//   co_await served.start();
//   WebSocket socket = co_await ws_connect(served.url());
//   co_await served.stop();

#include <chrono>
#include <string>
#include <utility>

#include "indrik/core/task.hpp"
#include "indrik/web/application.hpp"
#include "indrik/web/route_def.hpp"
#include "indrik/web/runner.hpp"
#include "tests/support/sockets.hpp"

namespace indrik::test {

class Served {
public:
    template <class Handler>
    Served(const LoopExecutor& executor, Handler handler, web::ServerOptions options = {})
        : runner_(executor.context(), application(std::move(handler)), std::move(options)) {
        UniqueFd socket = listen_on_loopback();
        port_ = port_of(socket);
        runner_.listen(std::move(socket));
    }

    Task<> start() {
        co_await runner_.setup();
        runner_.start_accepting();
    }
    Task<> stop() { return runner_.shutdown(std::chrono::seconds(5)); }

    web::Runner& runner() { return runner_; }
    std::uint16_t port() const { return port_; }
    std::string url() const { return "ws://127.0.0.1:" + std::to_string(port_) + "/ws"; }

private:
    template <class Handler>
    static web::Application application(Handler handler) {
        web::Application app;
        app.add_route(web::get("/ws", std::move(handler)));
        return app;
    }

    web::Runner runner_;
    std::uint16_t port_ = 0;
};

}  // namespace indrik::test
