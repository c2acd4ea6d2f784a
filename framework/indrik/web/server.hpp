#pragma once
// Accepts connections for one application on one loop and keeps what they share: the timer wheel, the ready-made response
// heads, and the workspaces that are lent to connections with something to do. The lifecycle around it is web::Runner's.

#include <chrono>
#include <cstddef>
#include <ctime>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "indrik/core/intrusive_list.hpp"
#include "indrik/core/logging.hpp"
#include "indrik/core/stack_trace.hpp"
#include "indrik/core/task_group.hpp"
#include "indrik/core/unique_fd.hpp"
#include "indrik/http/serializer.hpp"
#include "indrik/http1/options.hpp"
#include "indrik/http1/workspace.hpp"
#include "indrik/net/handshake_budget.hpp"
#include "indrik/net/listener.hpp"
#include "indrik/net/timer_wheel.hpp"
#include "indrik/web/admission.hpp"
#include "indrik/web/application.hpp"
#include "indrik/web/http1_channel.hpp"
#include "indrik/web/server_options.hpp"

namespace indrik::web {

class Opening;
class RequestHandler;

struct AccessRecord;
struct RequestInFlight;

/// A connection's working memory and the request that it is answering.
struct Workspace : http1::Workspace {
    using http1::Workspace::Workspace;
    Request request;
    Http1Channel channel;
};

/// Lifetime: loop and application outlive it; see TaskGroup for when it may be destroyed.
class Server {
public:
    Server(LoopExecutor executor, Application& application, ServerOptions options);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server();

    /// Takes over a bound, listening, non-blocking stream socket. Accepting begins with start_accepting(), or at once if that was called. Returns its number for stop_listening().
    unsigned listen(UniqueFd listening_socket);
    void start_accepting();
    /// Accepts what waits in the queue of this listener, then closes it; nothing if it has ended already.
    void stop_listening(unsigned listener);
    /// Accepts what waits in the queues, closes the sockets, and accepts no more.
    void stop_accepting();
    /// Serves a connected stream as if it had been accepted, or turns it away with 503 if there are too many.
    void serve(std::unique_ptr<net::Stream> stream);

    /// Idle connections end now, the others after their present request.
    void drain();
    /// Cancels what still runs.
    void cancel() { connections_.cancel(); }
    bool is_cancelled() const { return connections_.is_cancelled(); }
    /// Waits until the last connection has ended.
    Task<> wait_closed();

    const ServerStatistics& statistics() const { return statistics_; }
    /// Fills in what is being answered, the newest first, as far as there is room; returns how many. Allocates and waits for
    /// nothing: signal handlers may ask.
    std::size_t list_requests(std::span<RequestInFlight> requests);
    /// The wheel of all timeouts of this loop.
    net::TimerWheel& timers() { return wheel_; }

private:
    friend class Opening;
    friend class RequestHandler;

    /// Writes the access log out once a second.
    struct AccessFlush final : net::TimerWheel::Timer {
        explicit AccessFlush(AccessLogger* log) : access_log(log) {}
        void on_timeout() override;
        AccessLogger* access_log;
    };

    void accept_on(unsigned number);
    Task<> accept_loop(unsigned number);
    void empty_queue(net::Listener& listener);
    /// Takes what is in the queue, at most one batch. False when the queue is empty.
    bool accept_batch(net::Listener& listener, std::error_code& error);
    bool is_full() const;
    Admission::Ticket admit(const net::Endpoint& remote);
    std::unique_ptr<Workspace> borrow_workspace();
    void give_back(std::unique_ptr<Workspace> workspace);
    /// Sends what a connection has already answered when the present turn of the loop ends, should its handler still be waiting.
    void flush_soon(RequestHandler& handler);
    void forget_flush(RequestHandler& handler);
    void refresh_date();
    void log_access(const AccessRecord& record);
    /// Warns of clients that send malformed cookies, once an hour at the most.
    void note_dropped_cookies(std::size_t count);

    ThrowRecorder throw_recorder_;
    LoopExecutor executor_;
    Application& application_;
    ServerOptions options_;
    http1::ConnectionOptions connection_options_;
    Logger log_;
    ServerStatistics statistics_;
    net::TimerWheel wheel_;
    net::HandshakeBudget handshakes_;
    http::HeadBlocks head_blocks_;
    std::vector<std::unique_ptr<Workspace>> spare_workspaces_;
    std::map<unsigned, std::unique_ptr<net::Listener>> listeners_;  // by number
    unsigned last_listener_ = 0;
    IntrusiveList<Opening> openings_;
    IntrusiveList<RequestHandler> handlers_;
    struct FlushQueue;
    std::shared_ptr<FlushQueue> flush_queue_;
    AccessFlush access_flush_;
    std::time_t now_ = 0;
    std::time_t next_cookie_warning_ = 0;
    std::uint64_t dropped_cookies_ = 0;  // since the last warning
    std::size_t descriptor_limit_;
    Admission admission_;
    std::chrono::steady_clock::time_point turned_away_noted_;
    bool is_watched_;  // by an access log or observers
    bool accepting_ = false;
    bool draining_ = false;
    TaskGroup acceptors_;
    TaskGroup connections_;
};

}  // namespace indrik::web
