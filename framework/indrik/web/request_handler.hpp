#pragma once
// Serves one connection: takes its requests one after the other, has them handled, and answers in order.
//
// All requests that one read brought are handled before anything is written, and their answers go out in one write. If a
// handler waits in between, what was answered before it goes out at the end of the loop's turn.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

#include "indrik/core/intrusive_list.hpp"
#include "indrik/core/task.hpp"
#include "indrik/http/serializer.hpp"
#include "indrik/http1/connection.hpp"
#include "indrik/net/stream.hpp"
#include "indrik/web/admission.hpp"
#include "indrik/web/response.hpp"

namespace indrik::web {

class Server;
struct FailureReport;
class UpgradedConnection;
struct Workspace;

/// Lives in the coroutine of its connection. In the server's list as long as it lives.
class RequestHandler final : public ListHook {
public:
    /// The life of a connection, from accept to close. Lifetime: the server outlives the task.
    static Task<> serve(Server& server,
                        Admission::Ticket ticket,
                        std::unique_ptr<net::Stream> stream);

    RequestHandler(Server& server, Admission::Ticket ticket, std::unique_ptr<net::Stream> stream);
    ~RequestHandler();

    void drain();
    /// Sends finished answers without waiting; called at the end of a turn.
    void flush_answers();

private:
    class Exchange;
    friend class Http1Channel;

    /// Reads what woke the connection. True if there is something to answer.
    bool receive();
    Task<> answer_requests();
    bool is_preparation_wanted() const;
    enum class OnFailure { Throw, Answer };
    Task<> prepare(Response& response, OnFailure on_failure);
    /// What request and response say about the connection's future.
    http::ResponseTraits announce(const Response& response);
    bool take_gateway_fields();
    void decide_on_body();
    Task<> skip_body();
    /// Puts the response into the output; says whether its body is still to be sent behind it.
    bool put(const Response& response);
    void put_interim(http::Status status, const http::Headers& fields);
    /// Puts the head of a streamed response into the output.
    void put_head(const Response& response,
                  http::BodyLength form,
                  std::uint64_t content_length_bytes);
    /// After the handler: ends a streamed response, or cuts the connection if it cannot be ended well.
    Task<> end_streamed(const std::optional<Response>& response, const std::exception_ptr& failure);
    /// Whether a handler failed only because its client has gone, or takes nothing.
    bool is_send_failure(const std::exception_ptr& failure) const;
    const http::RequestHead& request_head() const;
    void note_handshake();
    /// Answers what is no request, and closes.
    void refuse(const Response& response);
    /// There are too many connections: says so without waiting for a request.
    void turn_away();
    /// The response for what a handler threw; nothing if the connection cannot be answered any more.
    std::optional<Response> response_for(const std::exception_ptr& failure);
    std::optional<Response> response_for_body(const std::error_code& failure);
    Response internal_error(const FailureReport& report);
    void log_failure(const FailureReport& report);
    std::string client_name(const http::RequestHead* head) const;
    /// Tells the access log and the observers. `sent_bytes` are the bytes of head and body.
    void note_end(const Response& response,
                  const http::RequestHead* head,
                  std::uint64_t body_bytes,
                  std::uint64_t sent_bytes);
    void give_back_workspace();
    /// The 101 is out: the connection speaks another protocol from now on.
    void become(std::shared_ptr<UpgradedConnection> upgraded);
    Task<> end_upgraded(std::exception_ptr failure);

    Server& server_;
    Admission::Ticket ticket_;
    std::unique_ptr<net::Stream> stream_;
    http1::Connection connection_;
    std::unique_ptr<Workspace> workspace_;
    std::shared_ptr<UpgradedConnection> upgraded_;
    std::chrono::steady_clock::time_point
        started_;                 // of the present request; only for the access log and observers
    std::time_t began_ = 0;       // the same, in whole seconds; 0: no request is being answered
    std::size_t head_bytes_ = 0;  // of a streamed response
    int status_ = 0;              // of the last response; for observers
    bool is_open_ = true;
    bool lingers_ = false;  // the peer may still be sending when the last response has gone
    bool flush_pending_ = false;

    friend class Server;
};

}  // namespace indrik::web
