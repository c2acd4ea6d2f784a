#pragma once
// Serves one application in this process until it is told to end (aiohttp's run_app): for tools, tests and a first try. In
// production `indrik` runs workers that are supervised (indrik/run.hpp has it as a function).
//
//   int main() {
//       web::run_app(make_app(), web::RunOptions().host("127.0.0.1").port(8000));
//   }

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "indrik/core/unique_fd.hpp"
#include "indrik/web/application.hpp"
#include "indrik/web/server_options.hpp"

namespace indrik::web {

/// Every setter moves the object along: RunOptions().host("::1").port(8000). Movable, not copyable.
class RunOptions {
public:
    /// Where to listen; 0.0.0.0 by default, or nowhere if there is a path or a socket and no host was named.
    RunOptions&& host(std::string host) && {
        hosts_.push_back(std::move(host));
        return std::move(*this);
    }
    /// Of all hosts; 8080 by default, 8443 with TLS. 0 is any that is free.
    RunOptions&& port(std::uint16_t port) && {
        port_ = port;
        return std::move(*this);
    }
    /// A Unix socket to listen on as well; its file is removed at the end.
    RunOptions&& path(std::string path) && {
        paths_.push_back(std::move(path));
        return std::move(*this);
    }
    /// A bound, listening, non-blocking socket to accept from as well.
    RunOptions&& socket(UniqueFd socket) && {
        sockets_.push_back(std::move(socket));
        return std::move(*this);
    }
    /// Several processes may listen on the same port.
    RunOptions&& reuse_port(bool on) && {
        reuse_port_ = on;
        return std::move(*this);
    }
    RunOptions&& backlog(int connections) && {
        backlog_ = connections;
        return std::move(*this);
    }
    /// How long on_shutdown and the handlers may take at the end; 60 s by default.
    RunOptions&& shutdown_timeout(std::chrono::milliseconds time) && {
        shutdown_timeout_ = time;
        return std::move(*this);
    }
    RunOptions&& server(ServerOptions options) && {
        server_ = std::move(options);
        return std::move(*this);
    }
    /// Called with each address when connections are accepted: "http://127.0.0.1:8080". By default it is printed.
    RunOptions&& on_listening(std::function<void(const std::string&)> callback) && {
        on_listening_ = std::move(callback);
        return std::move(*this);
    }

private:
    friend class AppRun;

    std::vector<std::string> hosts_;
    std::optional<std::uint16_t> port_;
    std::vector<std::string> paths_;
    std::vector<UniqueFd> sockets_;
    bool reuse_port_ = false;
    int backlog_ = 0;  // the default
    std::chrono::milliseconds shutdown_timeout_{60'000};
    ServerOptions server_;
    std::function<void(const std::string&)> on_listening_;
};

/// Returns after SIGINT or SIGTERM, when everything has ended in order; a second one ends the patience with handlers.
/// Errors: std::system_error if an address cannot be had; what the application's callbacks throw.
void run_app(Application application, RunOptions options = {});

}  // namespace indrik::web
