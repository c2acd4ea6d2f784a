#pragma once
// Serves the control socket from the master's loop: a few clients, each with one request at a time, none of whom can make it
// wait, or hold more memory than a frame.

#include <list>
#include <memory>
#include <string>

#include "indrik/core/logging.hpp"
#include "indrik/core/unique_fd.hpp"
#include "supervisor/arbiter/poll_set.hpp"
#include "supervisor/control/commands.hpp"
#include "supervisor/control/control_socket.hpp"
#include "supervisor/control/protocol.hpp"

namespace indrik::supervisor {

class ControlServer final : public PollSource {
public:
    static constexpr std::size_t kMaxClients = 16;
    static constexpr std::size_t kMaxRequestBytes = 64 * 1024;
    static constexpr std::chrono::seconds kPatience{5};    // for the rest of a frame
    static constexpr std::chrono::seconds kIdleTime{300};  // between two requests

    /// Lifetime: the target outlives it.
    ControlServer(std::unique_ptr<ControlSocket> socket, ControlTarget& target, Logger log);

    void add_to(PollSet& set) override;
    bool handle(const PollSet& set) override;
    void abandon() override;

private:
    struct Client {
        explicit Client(UniqueFd connection) : fd(std::move(connection)) {}

        UniqueFd fd;
        FrameReader reader{kMaxRequestBytes};
        std::string output;    // not sent yet
        json::Value id;        // of the request that is pending
        Pending pending;       // its answer is still to come
        TimePoint deadline{};  // when it is closed unless something moves
        std::size_t index = 0;
        bool ends = false;  // once the output is sent
    };

    void accept_clients();
    bool serve(Client& client, short ready);
    bool receive(Client& client);
    bool answer_requests(Client& client);
    void send(Client& client, const json::Value& id, const ControlAnswer& answer);
    bool flush(Client& client);

    std::unique_ptr<ControlSocket> socket_;
    ControlTarget& target_;
    Logger log_;
    std::list<Client> clients_;
    std::size_t index_ = 0;
    TimePoint next_look_{};  // at the file
    bool has_changes_ = false;
};

}  // namespace indrik::supervisor
