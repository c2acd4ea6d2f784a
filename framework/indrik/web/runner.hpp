#pragma once
// Runs one Application on one loop: start-up, serving, and the exact order of a graceful end (aiohttp's AppRunner).
//
//   web::Runner runner(loop, make_app(), options);
//   co_await runner.setup();                     // on_startup; throws what the application threw
//   runner.listen(std::move(listening_socket));
//   runner.start_accepting();
//   ...
//   co_await runner.shutdown(30s);

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>

#include <asio/io_context.hpp>

#include "indrik/core/task.hpp"
#include "indrik/core/unique_fd.hpp"
#include "indrik/web/application.hpp"
#include "indrik/web/server_options.hpp"

namespace indrik::web {

struct RequestInFlight;

/// Owns the application, its listeners and every connection. Lifetime: the loop outlives it; destroyed only after shutdown()
/// has returned, or when the loop will not run again.
class Runner {
public:
    Runner(asio::io_context& loop, Application application, ServerOptions options);
    Runner(const Runner&) = delete;
    ~Runner();

    /// Freezes the application and runs its start-up signals. Errors: what they throw (clean-up has then been run).
    Task<> setup();
    /// Adds a bound, listening, non-blocking stream socket (TCP or Unix); accepting begins with start_accepting(), or at
    /// once if that was called. Returns its number for stop_listening().
    unsigned listen(UniqueFd listening_socket);
    /// From the sockets given before. To be called once, after setup().
    void start_accepting();
    /// Accepts what waits in the queue of one listener, then closes it; nothing if it has ended already.
    void stop_listening(unsigned listener);
    /// Accepts what already waits in the queues, then no more. Connections go on.
    void stop_accepting();
    /// The graceful end: stop accepting; close idle connections and let busy ones answer with "Connection: close";
    /// on_shutdown; wait for handlers, then cancel them and close; on_cleanup. May be called while requests run.
    /// `grace` is for on_shutdown and handlers together; on_shutdown has a second at least. Errors: what a callback threw;
    /// TimeoutError if on_shutdown had to be cancelled. All steps are taken before.
    Task<> shutdown(std::chrono::milliseconds grace);
    /// Makes a running shutdown() stop waiting for handlers now.
    void hurry();

    /// Lifetime of both: the runner's.
    const ServerStatistics& statistics() const;
    /// See Server::list_requests().
    std::size_t list_requests(std::span<RequestInFlight> requests);
    Application& application();

private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace indrik::web
