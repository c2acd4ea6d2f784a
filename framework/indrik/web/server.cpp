#include "indrik/web/server.hpp"

#include <algorithm>
#include <typeinfo>
#include <utility>

#include <asio/error.hpp>
#include <asio/post.hpp>
#include <sys/resource.h>
#include <time.h>

#include "indrik/core/cancellation.hpp"
#include "indrik/core/sleep.hpp"
#include "indrik/net/socket_stream.hpp"
#include "indrik/web/access_log.hpp"
#include "indrik/web/exceptions.hpp"
#include "indrik/web/opening.hpp"
#include "indrik/web/request_handler.hpp"
#include "indrik/web/request_observer.hpp"

namespace indrik::web {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kSpareWorkspaces = 64;
constexpr std::size_t kReservedDescriptors = 64;  // for everything that is not a connection
constexpr std::size_t kTurningAway =
    64;  // at once; others wait, so that being refused costs the server little
constexpr auto kTurnedAwayNoteEvery = 10s;
constexpr auto kAccessFlushDelay = 750ms;
constexpr std::time_t kCookieWarningSeconds = 3600;
constexpr auto kRestWhenFull = 50ms;
constexpr auto kRestWithoutDescriptors = 500ms;

std::size_t descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return 1'000'000;
    const auto descriptors = static_cast<std::size_t>(limit.rlim_cur);
    return descriptors > 2 * kReservedDescriptors ? descriptors - kReservedDescriptors
                                                  : std::max<std::size_t>(descriptors / 2, 1);
}

http1::ConnectionOptions connection_options(const ServerOptions& options) {
    http1::ConnectionOptions connection;
    connection.head = options.head;
    connection.header_timeout = options.header_timeout;
    connection.body_timeout = options.body_timeout;
    connection.keep_alive_timeout = options.keep_alive_timeout;
    connection.write_timeout = options.write_timeout;
    connection.minimum_body_rate = options.minimum_body_rate;
    connection.minimum_write_rate = options.minimum_write_rate;
    connection.linger_timeout = options.linger_timeout;
    connection.uses_sendfile = options.uses_sendfile;
    if (!options.gateway_fields.empty()) connection.head.gateway_fields = &options.gateway_fields;
    return connection;
}

}  // namespace

/// Connections with answers that wait for a handler behind them. Shared with the callback that the loop holds.
struct Server::FlushQueue {
    std::vector<RequestHandler*> handlers;
    bool is_posted = false;

    void run() {
        is_posted = false;
        std::vector<RequestHandler*> due;
        due.swap(handlers);
        for (RequestHandler* const handler : due) handler->flush_answers();
    }
};

Server::Server(LoopExecutor executor, Application& application, ServerOptions options)
    : executor_(executor),
      application_(application),
      options_(std::move(options)),
      connection_options_(connection_options(options_)),
      log_(options_.log.child("server")),
      wheel_(executor),
      handshakes_(executor),
      head_blocks_(options_.server_name),
      flush_queue_(std::make_shared<FlushQueue>()),
      access_flush_(options_.access_log),
      descriptor_limit_(descriptor_limit()),
      admission_(options_.max_connections, options_.max_connections_per_address),
      is_watched_(options_.access_log != nullptr || !options_.observers.empty()),
      acceptors_(executor),
      connections_(executor) {
    ThrowRecorder::ignore(typeid(HTTPException));  // an outcome, not an error
    const auto log_error = [this](std::exception_ptr error) {
        if (indrik::is_cancelled(error)) return;
        try {
            std::rethrow_exception(error);
        } catch (const std::exception& failure) {
            log_.error("A connection was lost to an error of the server: {}", failure.what());
        } catch (...) {
            log_.error("A connection was lost to an unknown error of the server");
        }
    };
    acceptors_.on_error(log_error);
    connections_.on_error(log_error);
}

Server::~Server() = default;

unsigned Server::listen(UniqueFd listening_socket) {
    const unsigned number = ++last_listener_;
    listeners_.emplace(number,
                       std::make_unique<net::Listener>(executor_, std::move(listening_socket)));
    if (accepting_) accept_on(number);
    return number;
}

void Server::start_accepting() {
    accepting_ = true;
    for (const auto& [number, listener] : listeners_) accept_on(number);
}

void Server::accept_on(unsigned number) {
    acceptors_.spawn([this](unsigned on) { return accept_loop(on); }, number);
}

Task<> Server::accept_loop(unsigned number) {
    net::Listener& listener = *listeners_.at(number);  // goes only here, or when this has ended
    std::error_code error;
    while (accepting_ && listener.is_open()) {
        co_await listener.wait(error);
        while (accepting_ && accept_batch(listener, error)) co_await sleep_for(0s);
        if (!accepting_ || !listener.is_open()) break;
        if (error == std::errc::invalid_argument)
            break;  // whoever shares the socket has shut it down
        if (is_full()) {
            co_await sleep_for(kRestWhenFull);
        } else if (error && error != asio::error::would_block) {
            log_.error("Cannot accept connections: {}", error.message());
            co_await sleep_for(kRestWithoutDescriptors);
        }
    }
    listeners_.erase(number);
}

bool Server::is_full() const {
    return admission_.admitted() + admission_.turned_away() >= descriptor_limit_ ||
           admission_.turned_away() >= kTurningAway;
}

bool Server::accept_batch(net::Listener& listener, std::error_code& error) {
    if (!listener.is_open()) return false;
    for (std::size_t left = options_.accept_batch; left > 0; --left) {
        // At the end everybody is taken who waits: nobody else will.
        if (accepting_ && is_full()) return false;
        UniqueFd socket = listener.try_accept(error);
        if (!socket) return false;
        try {
            serve(std::make_unique<net::SocketStream>(executor_, std::move(socket)));
        } catch (
            const std::exception& failure) {  // no memory, or the kernel watches no more sockets
            log_.error("A connection could not be taken: {}", failure.what());
        }
    }
    return true;
}

void Server::serve(std::unique_ptr<net::Stream> stream) {
    // The address of a proxy does not count; that of its client is in the header.
    const bool counts_address = admission_.counts_addresses() && !options_.proxy_protocol;
    Admission::Ticket ticket = admit(counts_address ? stream->remote_endpoint() : net::Endpoint());
    if (options_.tls || options_.proxy_protocol) {
        connections_.spawn(Opening::serve(*this, std::move(ticket), std::move(stream)));
    } else {
        connections_.spawn(RequestHandler::serve(*this, std::move(ticket), std::move(stream)));
    }
}

Admission::Ticket Server::admit(const net::Endpoint& remote) {
    Admission::Ticket ticket = admission_.admit(remote);
    if (ticket.is_admitted()) [[likely]]
        return ticket;
    ++statistics_.turned_away;
    const auto now = std::chrono::steady_clock::now();
    if (turned_away_noted_ == std::chrono::steady_clock::time_point() ||
        now - turned_away_noted_ >= kTurnedAwayNoteEvery) {
        turned_away_noted_ = now;
        log_.warning("Too many connections ({} open): answered with 503 ({} so far)",
                     admission_.admitted(),
                     statistics_.turned_away);
    }
    return ticket;
}

void Server::stop_accepting() {
    if (!std::exchange(accepting_, false)) return;
    for (const auto& [number, listener] : listeners_) empty_queue(*listener);
    acceptors_.cancel();
}

void Server::stop_listening(unsigned listener) {
    const auto found = listeners_.find(listener);
    if (found != listeners_.end()) empty_queue(*found->second);  // its loop ends and removes it
}

void Server::empty_queue(net::Listener& listener) {
    // Who waits in the queue has been told that the connection stands; closing now would reset it.
    std::error_code error;
    while (accept_batch(listener, error)) {
    }
    // At once: this may be the last copy, and who comes now must be refused, not left hanging.
    listener.close();
}

void Server::drain() {
    draining_ = true;
    for (Opening& opening : openings_) opening.drain();
    for (RequestHandler& handler : handlers_) handler.drain();
}

Task<> Server::wait_closed() {
    co_await acceptors_.join();
    listeners_.clear();
    co_await connections_.join();
    if (options_.access_log != nullptr) options_.access_log->flush();
}

std::size_t Server::list_requests(std::span<RequestInFlight> requests) {
    std::size_t count = 0;
    for (const RequestHandler& handler : handlers_) {
        if (handler.began_ == 0 || !handler.workspace_) continue;
        // Moves those that are older one place on; the oldest falls out of a full list.
        std::size_t place = count < requests.size() ? count++ : count;
        for (; place > 0 && requests[place - 1].since <= handler.began_; --place) {
            if (place < requests.size()) requests[place] = requests[place - 1];
        }
        if (place == requests.size()) continue;
        const http::RequestHead& head = handler.workspace_->head;
        requests[place] = {head.method_text, head.target, handler.began_};
    }
    return count;
}

std::unique_ptr<Workspace> Server::borrow_workspace() {
    if (spare_workspaces_.empty()) return std::make_unique<Workspace>(connection_options_.head);
    std::unique_ptr<Workspace> workspace = std::move(spare_workspaces_.back());
    spare_workspaces_.pop_back();
    return workspace;
}

void Server::give_back(std::unique_ptr<Workspace> workspace) {
    if (spare_workspaces_.size() >= kSpareWorkspaces) return;
    workspace->reset();
    spare_workspaces_.push_back(std::move(workspace));
}

void Server::flush_soon(RequestHandler& handler) {
    if (std::exchange(handler.flush_pending_, true)) return;
    flush_queue_->handlers.push_back(&handler);
    if (std::exchange(flush_queue_->is_posted, true)) return;
    asio::post(executor_, [queue = flush_queue_] { queue->run(); });
}

void Server::forget_flush(RequestHandler& handler) {
    std::erase(flush_queue_->handlers, &handler);
}

void Server::refresh_date() {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
    now_ = now.tv_sec;
    head_blocks_.refresh(now_);
}

void Server::log_access(const AccessRecord& record) {
    options_.access_log->log(record);
    if (!access_flush_.is_armed()) wheel_.arm(access_flush_, kAccessFlushDelay);
}

void Server::note_dropped_cookies(std::size_t count) {
    dropped_cookies_ += count;
    if (now_ < next_cookie_warning_) return;
    next_cookie_warning_ = now_ + kCookieWarningSeconds;
    log_.warning("Clients send malformed cookies, which are dropped: {} so far", dropped_cookies_);
    dropped_cookies_ = 0;
}

void Server::AccessFlush::on_timeout() {
    access_log->flush();
}

}  // namespace indrik::web
