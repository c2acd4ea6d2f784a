#pragma once
// What a connection goes through before its first request, if the server's options ask for it: the PROXY protocol header, then
// the TLS handshake. Each has the header timeout.

#include <memory>
#include <string_view>

#include "indrik/core/intrusive_list.hpp"
#include "indrik/core/task.hpp"
#include "indrik/net/stream.hpp"
#include "indrik/net/timer_wheel.hpp"
#include "indrik/web/admission.hpp"

namespace indrik::web {

class Server;

/// Lives in a coroutine of its connection, and counts as one meanwhile. In the server's list as long as it lives.
class Opening final : public ListHook {
public:
    /// The life of a connection, from accept to close. Lifetime: the server outlives the task.
    static Task<> serve(Server& server,
                        Admission::Ticket ticket,
                        std::unique_ptr<net::Stream> stream);

    Opening(Server& server, Admission::Ticket& ticket, std::unique_ptr<net::Stream> stream);
    ~Opening();

    /// The server ends: there is little time left.
    void drain();

private:
    /// What to serve on; null: the connection has come to nothing, and who is to be told has been.
    static Task<std::unique_ptr<net::Stream>> open(Server& server,
                                                   Admission::Ticket& ticket,
                                                   std::unique_ptr<net::Stream> stream);

    /// Both: false if the connection ends.
    Task<bool> pass_proxy_header();
    Task<bool> shake_hands();
    void count_client();
    void log_proxy_failure(const net::Endpoint& peer, const std::system_error& error);
    /// Says `answer`, and lets the peer finish, so that a reset does not overtake it. Lifetime: `answer` is a literal.
    Task<> take_leave(const char* answer);

    void start_clock();
    void stop_clock();

    struct Clock final : net::TimerWheel::Timer {
        explicit Clock(Opening& owner) : opening(owner) {}
        void on_timeout() override;
        Opening& opening;
    };

    Server& server_;
    Admission::Ticket& ticket_;
    std::unique_ptr<net::Stream> stream_;
    Clock clock_{*this};
    bool is_timed_ = false;
    bool is_late_ = false;
};

}  // namespace indrik::web
