#include "supervisor/control/server.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

#include "supervisor/config/values.hpp"
#include "supervisor/control/unix_connection.hpp"

namespace indrik::supervisor {
namespace {

using namespace std::chrono_literals;

constexpr auto kFilePause = 2s;  // between two looks at the file
constexpr int kAcceptsAtOnce = 8;
constexpr int kReadsAtOnce = 4;

}  // namespace

ControlServer::ControlServer(std::unique_ptr<ControlSocket> socket,
                             ControlTarget& target,
                             Logger log)
    : socket_(std::move(socket)), target_(target), log_(std::move(log)) {}

void ControlServer::add_to(PollSet& set) {
    if (socket_ == nullptr) return;
    index_ = set.add(socket_->fd(), POLLIN);
    for (Client& client : clients_) {
        // One request at a time: while an answer is owed, nothing is read, but a client that goes away is noticed.
        const bool owes = !client.output.empty() || client.pending;
        const int input = owes ? (client.ends ? 0 : POLLRDHUP) : POLLIN | POLLRDHUP;
        const auto events = static_cast<short>(input | (client.output.empty() ? 0 : POLLOUT));
        client.index = set.add(client.fd.get(), events);
        if (!client.pending) set.wake_by(client.deadline);
    }
}

bool ControlServer::handle(const PollSet& set) {
    if (socket_ == nullptr) return false;
    has_changes_ = false;
    const TimePoint now = Clock::now();
    std::erase_if(clients_, [&](Client& client) {
        if (!serve(client, set.ready(client.index))) return true;
        return !client.pending && now >= client.deadline;
    });
    if (set.ready(index_) != 0) accept_clients();
    if (now >= next_look_) {
        socket_->restore();
        next_look_ = now + kFilePause;
    }
    return has_changes_;
}

void ControlServer::abandon() {
    clients_.clear();
    if (socket_ != nullptr) socket_->abandon();
    socket_.reset();
}

void ControlServer::accept_clients() {
    for (int count = 0; count < kAcceptsAtOnce; ++count) {
        UniqueFd fd(::accept4(socket_->fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (!fd) return;
        Client client(std::move(fd));
        client.deadline = Clock::now() + kIdleTime;
        // Outside of the poll set until the next turn.
        client.index = static_cast<std::size_t>(-1);
        std::string refusal;
        if (!socket_->admits(client.fd.get())) {
            const ucred peer = peer_of(client.fd.get());
            log_.warning("Control socket: user {} (pid:{}) may not command", peer.uid, peer.pid);
            refusal = "permission denied: this user may not command the master";
        } else if (clients_.size() >= kMaxClients) {
            refusal = "too many clients; try again later";
        }
        if (!refusal.empty()) {
            send(client, json::Value(), ControlAnswer::failure(std::move(refusal)));
            flush(client);
            continue;
        }
        clients_.push_back(std::move(client));
    }
}

/// False: the client is done for.
bool ControlServer::serve(Client& client, short ready) {
    if ((ready & (POLLERR | POLLNVAL)) != 0) return false;
    const bool owes = !client.output.empty() || client.pending;
    // It has gone, or at least will not ask again; what it has asked for is done all the same.
    if (owes && (ready & (POLLHUP | POLLRDHUP)) != 0) client.ends = true;
    if ((ready & POLLHUP) != 0 && owes) return false;
    if (!owes && (ready & (POLLIN | POLLHUP | POLLRDHUP)) != 0 && !receive(client)) return false;
    if (client.pending) {
        if (auto answer = client.pending()) {
            client.pending = nullptr;
            send(client, client.id, *answer);
        }
    }
    return answer_requests(client);
}

bool ControlServer::receive(Client& client) {
    std::array<char, 16384> buffer;
    for (int count = 0; count < kReadsAtOnce; ++count) {
        const ssize_t size = ::recv(client.fd.get(), buffer.data(), buffer.size(), 0);
        if (size == 0) {
            client.ends = true;
            return client.reader.is_within_frame();
        }
        if (size < 0) return errno == EAGAIN || errno == EINTR;
        const bool begins = !client.reader.is_within_frame();
        client.reader.feed({buffer.data(), static_cast<std::size_t>(size)});
        if (begins) client.deadline = Clock::now() + kPatience;
        if (static_cast<std::size_t>(size) < buffer.size()) break;
    }
    return true;
}

/// Answers what is there, one after the other, until one has to wait.
bool ControlServer::answer_requests(Client& client) {
    for (;;) {
        if (!flush(client)) return false;
        if (!client.output.empty() || client.pending) return true;
        const auto text = client.reader.next();
        if (client.reader.is_too_large()) {
            send(client, json::Value(), ControlAnswer::failure("the request is too large"));
            flush(client);
            return false;
        }
        if (!text) return !client.ends;
        const auto request = parse_request(*text);
        if (!request) {
            const std::string error = "the request is no JSON object with a command";
            send(client, json::Value(), ControlAnswer::failure(error));
            continue;
        }
        if (is_change(request->command)) {
            has_changes_ = true;
            log_.info("Control socket: {} (pid:{})",
                      quote(request->command),
                      peer_of(client.fd.get()).pid);
        }
        CommandResult result = run_command(request->command, target_);
        if (result.pending) {
            client.id = request->id;
            client.pending = std::move(result.pending);
            continue;
        }
        send(client, request->id, result.answer);
    }
}

void ControlServer::send(Client& client, const json::Value& id, const ControlAnswer& answer) {
    client.output += frame(format_answer(id, answer));
    client.deadline = Clock::now() + kPatience;
}

bool ControlServer::flush(Client& client) {
    while (!client.output.empty()) {
        const ssize_t size =
            ::send(client.fd.get(), client.output.data(), client.output.size(), MSG_NOSIGNAL);
        if (size < 0) return errno == EAGAIN || errno == EINTR;
        client.output.erase(0, static_cast<std::size_t>(size));
        client.deadline = Clock::now() + (client.output.empty() ? kIdleTime : kPatience);
    }
    return true;
}

}  // namespace indrik::supervisor
