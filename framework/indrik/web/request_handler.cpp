#include "indrik/web/request_handler.hpp"

#include <cerrno>
#include <chrono>
#include <optional>
#include <system_error>

#include <asio/error.hpp>

#include "indrik/core/cancellation.hpp"
#include "indrik/core/timeout.hpp"
#include "indrik/http/errors.hpp"
#include "indrik/http/serializer.hpp"
#include "indrik/web/access_log.hpp"
#include "indrik/web/debug_page.hpp"
#include "indrik/web/error_page.hpp"
#include "indrik/web/exceptions.hpp"
#include "indrik/web/failure_report.hpp"
#include "indrik/web/middlewares/request_ids.hpp"
#include "indrik/web/peer_name.hpp"
#include "indrik/web/request_observer.hpp"
#include "indrik/web/server.hpp"
#include "indrik/web/upgraded_connection.hpp"

namespace indrik::web {
namespace {

constexpr std::size_t kCopiedBodyBytes = 16 * 1024;   // larger bodies are sent from where they are
constexpr std::size_t kUnsentBytes = 64 * 1024;       // more answers than this are not gathered
constexpr std::string_view kRetryAfterSeconds = "5";  // for whom there was no place
constexpr std::uint64_t kSkippedBodyBytes =
    64 * 1024;  // an unread body up to this is read to keep the connection

bool is_disk_full(const std::error_code& code) {
    return code == std::errc::no_space_on_device || code == std::errc::file_too_large ||
           code == std::error_code(EDQUOT, std::generic_category());
}

}  // namespace

/// From a parsed head to the end of its response.
class RequestHandler::Exchange {
public:
    Exchange(RequestHandler& handler, Workspace& workspace)
        : handler_(handler), server_(handler.server_), workspace_(workspace) {
        workspace.request.begin(workspace.head,
                                workspace.body,
                                server_.options_,
                                *handler.stream_,
                                workspace.channel,
                                server_.application_,
                                workspace.body.trailers());
        workspace.channel.begin(handler);
        ++server_.statistics_.in_flight;
        handler.began_ = server_.now_;
        if (server_.is_watched_) {
            handler.started_ = std::chrono::steady_clock::now();
            handler.status_ = 0;
            for (RequestObserver* const observer : server_.options_.observers)
                observer->request_begins(workspace.request);
        }
    }
    Exchange(const Exchange&) = delete;
    ~Exchange() {
        for (RequestObserver* const observer : server_.options_.observers)
            observer->request_ends(workspace_.request, handler_.status_);
        --server_.statistics_.in_flight;
        handler_.began_ = 0;
        if (const std::size_t dropped = workspace_.request.dropped_cookies(); dropped != 0)
            server_.note_dropped_cookies(dropped);
        workspace_.channel.end();
        workspace_.request.end();
    }

private:
    RequestHandler& handler_;
    Server& server_;
    Workspace& workspace_;
};

RequestHandler::RequestHandler(Server& server,
                               Admission::Ticket ticket,
                               std::unique_ptr<net::Stream> stream)
    : server_(server),
      ticket_(std::move(ticket)),
      stream_(std::move(stream)),
      connection_(*stream_, server.wheel_, server.connection_options_) {
    server_.handlers_.push_back(*this);
    ++server_.statistics_.accepted;
    ++server_.statistics_.connections;
    if (server_.draining_) drain();
}

RequestHandler::~RequestHandler() {
    if (upgraded_) upgraded_->detach();
    --server_.statistics_.connections;
    if (flush_pending_) server_.forget_flush(*this);
    give_back_workspace();
}

void RequestHandler::drain() {
    connection_.begin_drain();
    if (upgraded_) upgraded_->drain();
}

void RequestHandler::give_back_workspace() {
    if (workspace_ && !upgraded_) server_.give_back(std::move(workspace_));
}

Task<> RequestHandler::serve(Server& server,
                             Admission::Ticket ticket,
                             std::unique_ptr<net::Stream> stream) {
    RequestHandler self(server, std::move(ticket), std::move(stream));
    if (!self.ticket_.is_admitted()) self.turn_away();
    std::error_code error;
    while (self.is_open_) {
        co_await self.connection_.wait(error);
        if (error && server.is_cancelled()) break;
        if (!self.receive()) continue;
        try {
            co_await self.answer_requests();
        } catch (const std::system_error&) {
            // The peer is gone, or takes nothing, or the server ends: there is nobody to tell.
            self.is_open_ = false;
            self.lingers_ = false;
        }
    }
    if (self.lingers_) co_await self.connection_.linger();
}

bool RequestHandler::receive() {
    if (!workspace_) workspace_ = server_.borrow_workspace();
    switch (connection_.receive(*workspace_)) {
        case http1::Received::Bytes:
            return true;
        case http1::Received::TimedOut:
            is_open_ = false;
            if (workspace_->input.empty()) return false;
            refuse(HTTPRequestTimeout().response());
            return true;
        case http1::Received::End:
            is_open_ = false;
            return false;
        case http1::Received::Nothing:
            break;
    }
    if (workspace_->input.empty()) give_back_workspace();
    return false;
}

Task<> RequestHandler::answer_requests() {
    Workspace& workspace = *workspace_;
    const Application& application = server_.application_;
    server_.refresh_date();
    while (is_open_) {
        const http1::HeadStatus head_status = connection_.next_head(workspace);
        if (head_status == http1::HeadStatus::Incomplete) break;
        if (head_status == http1::HeadStatus::Malformed) {
            note_handshake();
            refuse(HTTPException(http::status_of(connection_.head_error())).response());
            break;
        }
        if (workspace.head.method == http::Method::Connect) [[unlikely]] {
            // Nothing here makes tunnels, and what follows may be meant for the far end of one.
            refuse(HTTPException(http::Status::NotImplemented).response());
            break;
        }
        if (workspace.parser->has_gateway_fields() && !take_gateway_fields()) [[unlikely]]
            break;
        // What is upgraded may stay for days: it holds no more than its head.
        if (workspace.head.upgrade) [[unlikely]]
            connection_.shrink_input(workspace);
        const Exchange exchange(*this, workspace);
        Request& request = workspace.request;
        std::optional<Response> response;
        std::exception_ptr failure;
        try {
            const Handler& handler = application.router().resolve(request);
            const auto middlewares = request.app().pipeline();
            if (middlewares.empty() && handler.is_plain()) {
                response.emplace(handler.call(request));
            } else {
                if (!workspace.output.empty()) server_.flush_soon(*this);
                const Next next(
                    middlewares.data(), middlewares.data() + middlewares.size(), handler);
                response.emplace(co_await next(request));
            }
        } catch (...) {
            failure = std::current_exception();
        }
        if (upgraded_) [[unlikely]] {
            co_await end_upgraded(failure);
            break;
        }
        if (workspace.channel.has_started()) {
            co_await end_streamed(response, failure);
            if (is_open_ && !workspace.body.at_end()) co_await skip_body();
            if (is_open_) workspace.body.finish();
            continue;
        }
        if (failure) [[unlikely]] {
            response = response_for(failure);
            if (!response) {
                is_open_ = false;
                break;
            }
        }
        if (is_preparation_wanted()) co_await prepare(*response, OnFailure::Answer);
        const bool body_follows = put(*response);
        if (body_follows) {
            co_await connection_.flush(response->body());
        } else if (workspace.output.size() > kUnsentBytes) {
            co_await connection_.flush();
        }
        if (is_open_ && !workspace.body.at_end()) co_await skip_body();
        if (is_open_) workspace.body.finish();
    }
    if (!connection_.try_flush()) co_await connection_.flush();
    if (is_open_ && workspace.input.empty()) {
        connection_.become_idle();
        give_back_workspace();
    }
}

bool RequestHandler::is_preparation_wanted() const {
    return !workspace_->request.prepare_callbacks_.empty() ||
           workspace_->request.app().prepares_responses();
}

/// Calls the request's callbacks and sends on_response_prepare for every response, those of errors included. What one of them throws
/// is thrown, or answered instead: then the callbacks that are left see that.
Task<> RequestHandler::prepare(Response& response, OnFailure on_failure) {
    Request& request = workspace_->request;
    auto& callbacks = request.prepare_callbacks_;
    do {
        std::exception_ptr failure;
        try {
            while (!callbacks.empty()) {
                const auto callback = std::move(callbacks.back());
                callbacks.pop_back();
                if (callback.call) callback.call(request, response);
                if (callback.wait) co_await callback.wait(request, response);
            }
            if (request.app().prepares_responses())
                co_await request.app().prepare_response(request, response);
        } catch (...) {
            if (on_failure == OnFailure::Throw) throw;
            failure = std::current_exception();
        }
        if (!failure) co_return;
        std::optional<Response> answer = response_for(failure);
        if (!answer) throw_cancelled();
        response = std::move(*answer);
    } while (!callbacks.empty());
}

/// Fields of gateways that this peer may not send go, or get it refused.
bool RequestHandler::take_gateway_fields() {
    const ServerOptions& options = server_.options_;
    const net::Endpoint peer = stream_->remote_endpoint();
    if (options.forwarded_allow_ips && options.forwarded_allow_ips->trusts(peer_name(peer)))
        return true;
    if (options.head.underscore_names == http::UnderscoreNames::Refuse) {
        refuse(HTTPBadRequest().response());
        return false;
    }
    for (const std::string& name : options.gateway_fields) workspace_->head.headers.erase(name);
    return true;
}

void RequestHandler::flush_answers() {
    flush_pending_ = false;
    if (workspace_) connection_.try_flush();
}

const http::RequestHead& RequestHandler::request_head() const {
    return workspace_->head;
}

/// Nobody read the body, and its rest has yet to come: the answer does not wait for it.
Task<> RequestHandler::skip_body() {
    co_await connection_.flush();
    while (!workspace_->body.at_end()) co_await workspace_->body.read_some();
}

http::ResponseTraits RequestHandler::announce(const Response& response) {
    status_ = static_cast<int>(response.status());
    const http::RequestHead& head = workspace_->head;
    is_open_ = head.keep_alive && !response.closes_connection() && !connection_.is_draining();
    http::ResponseTraits traits;
    traits.version = head.version;
    traits.head_request = head.method == http::Method::Head;
    return traits;
}

/// Whether what the peer sends can be taken in cheaply enough to keep the connection.
void RequestHandler::decide_on_body() {
    http1::BodyReader& body = workspace_->body;
    const bool body_is_skipped = body.skip_received(kSkippedBodyBytes);
    is_open_ = is_open_ && body_is_skipped;
    if (!is_open_) lingers_ = !body.at_end() || body.has_more_input();
}

void RequestHandler::put_interim(http::Status status, const http::Headers& fields) {
    http::ResponseWriter(workspace_->output, server_.head_blocks_).write({}, status, fields, {});
}

void RequestHandler::put_head(const Response& response,
                              http::BodyLength form,
                              std::uint64_t content_length_bytes) {
    http::ResponseTraits traits = announce(response);
    is_open_ = is_open_ && form != http::BodyLength::UntilClose;
    traits.keep_alive = is_open_;
    const std::size_t before = workspace_->output.size();
    http::ResponseWriter(workspace_->output, server_.head_blocks_)
        .write_head(traits, response.status(), response.headers(), form, content_length_bytes);
    head_bytes_ = workspace_->output.size() - before;
    ++server_.statistics_.requests;
}

Task<> RequestHandler::end_streamed(const std::optional<Response>& response,
                                    const std::exception_ptr& failure) {
    const bool was_open = is_open_;
    is_open_ = false;  // whatever happens below: an unfinished body ends with the connection
    if (failure) {
        // The head has gone out; only a missing end can tell the client. Nothing is answered, but it is logged, unless it is the
        // client that has gone: clients do, in the middle of downloads above all.
        if (!is_send_failure(failure)) static_cast<void>(response_for(failure));
        co_return;
    }
    if (!response->is_streamed()) {
        log_failure({"std::logic_error",
                     "the handler began a streamed response and returned another one",
                     {},
                     {}});
        co_return;
    }
    if (!workspace_->channel.is_finished()) {
        // What a compressor kept to the last.
        if (!response->body().empty()) co_await workspace_->channel.write(response->body());
        co_await workspace_->channel.finish();
    }
    is_open_ = was_open;
    decide_on_body();
    if (server_.is_watched_) {
        const std::uint64_t body_bytes = workspace_->channel.body_bytes();
        const std::uint64_t sent_bytes = workspace_->channel.sent_body_bytes();
        note_end(*response, &workspace_->head, body_bytes, head_bytes_ + sent_bytes);
    }
}

void RequestHandler::become(std::shared_ptr<UpgradedConnection> upgraded) {
    is_open_ = false;
    workspace_->output = Buffer();
    workspace_->parser.reset();
    ++server_.statistics_.requests;
    status_ = static_cast<int>(http::Status::SwitchingProtocols);
    upgraded_ = std::move(upgraded);
    upgraded_->attach({*stream_,
                       server_.wheel_,
                       server_.connections_,
                       server_.options_.write_timeout,
                       workspace_->body.unread(),
                       connection_.is_draining()});
}

Task<> RequestHandler::end_upgraded(std::exception_ptr failure) {
    if (failure && !upgraded_->is_peers_fault(failure)) static_cast<void>(response_for(failure));
    co_await upgraded_->finish(failure);
    lingers_ = upgraded_->should_linger();
    if (upgraded_->failure()) {
        server_.log_.debug("The peer {} broke the protocol of {}: {}",
                           stream_->remote_endpoint().address,
                           workspace_->request.target(),
                           upgraded_->failure().message());
    }
    if (server_.is_watched_) note_end(Response::switching_protocols(), &workspace_->head, 0, 0);
    upgraded_->detach();
}

bool RequestHandler::is_send_failure(const std::exception_ptr& failure) const {
    if (!connection_.has_send_failed()) return false;
    try {
        std::rethrow_exception(failure);
    } catch (const std::system_error&) {
        return true;
    } catch (...) {
        return false;
    }
}

bool RequestHandler::put(const Response& response) {
    Workspace& workspace = *workspace_;
    const http::RequestHead& head = workspace.head;
    http::ResponseTraits traits = announce(response);
    decide_on_body();
    traits.keep_alive = is_open_;
    const std::size_t before = workspace.output.size();
    http::ResponseWriter writer(workspace.output, server_.head_blocks_);
    const std::string& body = response.body();
    const bool body_follows = body.size() > kCopiedBodyBytes && !traits.head_request &&
                              http::may_have_body(response.status());
    if (body_follows) {
        writer.write_head(
            traits, response.status(), response.headers(), http::BodyLength::Known, body.size());
    } else {
        writer.write(traits, response.status(), response.headers(), body);
    }
    ++server_.statistics_.requests;
    if (server_.is_watched_) {
        const std::size_t behind = body_follows ? body.size() : 0;
        note_end(response, &head, body.size(), workspace.output.size() - before + behind);
    }
    return body_follows;
}

void RequestHandler::turn_away() {
    workspace_ = server_.borrow_workspace();
    connection_.receive(*workspace_);
    refuse(HTTPServiceUnavailable().response().header(http::Field::RetryAfter, kRetryAfterSeconds));
    connection_.try_flush();
}

void RequestHandler::refuse(const Response& response) {
    server_.refresh_date();
    http::ResponseTraits traits;
    traits.keep_alive = false;
    const std::size_t before = workspace_->output.size();
    http::ResponseWriter(workspace_->output, server_.head_blocks_)
        .write(traits, response.status(), response.headers(), response.body());
    is_open_ = false;
    lingers_ = true;
    ++server_.statistics_.requests;
    if (server_.is_watched_) {
        started_ = std::chrono::steady_clock::now();
        note_end(response, nullptr, response.body().size(), workspace_->output.size() - before);
    }
}

std::optional<Response> RequestHandler::response_for(const std::exception_ptr& failure) {
    const std::error_code body_failure = workspace_->body.failure();
    try {
        std::rethrow_exception(failure);
    } catch (HTTPException& outcome) {
        return std::move(outcome.response());
    } catch (const std::system_error& error) {
        if (body_failure && error.code() == body_failure) return response_for_body(body_failure);
        if (server_.is_cancelled() && is_cancelled(error)) return std::nullopt;
        const FailureReport report = make_report(failure, &error);
        if (!is_disk_full(error.code())) return internal_error(report);
        log_failure(report);
        return HTTPInsufficientStorage().response();
    } catch (const TimeoutError& error) {
        log_failure({type_name(error), error.what(), {}, {}});
        return HTTPGatewayTimeout().response();
    } catch (const std::exception& error) {
        return internal_error(make_report(failure, &error));
    } catch (...) {
        return internal_error(make_report(failure, nullptr));
    }
}

/// The body could not be read: the peer's fault, or it is gone.
std::optional<Response> RequestHandler::response_for_body(const std::error_code& failure) {
    if (failure == asio::error::timed_out) {
        return HTTPRequestTimeout().response().force_close();
    }
    if (failure.category() != http::error_category()) return std::nullopt;
    return HTTPException(http::status_of(failure)).response().force_close();
}

Response RequestHandler::internal_error(const FailureReport& report) {
    log_failure(report);
    if (!server_.options_.debug) return internal_error_page(workspace_->request);
    FailureReport shown = report;
    if (!report.details.empty()) shown.text = report.details;
    try {
        return debug_page(workspace_->request, shown);
    } catch (const std::exception& error) {  // a query that is malformed, for example
        return Response(http::Status::InternalServerError)
            .text(shown.type + ": " + shown.text + "\n\nNo page was made: " + error.what());
    }
}

}  // namespace indrik::web
