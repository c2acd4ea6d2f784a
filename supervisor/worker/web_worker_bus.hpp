#pragma once
// The bus of a web worker: what indrik::pubsub publishes goes to all other workers of the host, by their sockets (supervisor/bus/seats.hpp).
//
// Whoever connects sends its address to all whose addresses it was born with, or is told later; they answer, and from then on each sends the other what is
// published. Nobody waits for anybody: a worker that does not read its inbox, because it is stopped or busy, fills its socket, then a
// bounded queue in each of the others, and loses what comes after that; it is told so where it was.

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "indrik/core/sync.hpp"
#include "indrik/core/task_group.hpp"
#include "indrik/net/poller.hpp"
#include "indrik/pubsub/backend.hpp"
#include "supervisor/bus/outbox.hpp"
#include "supervisor/bus/seats.hpp"

namespace indrik::web {
class Application;
}

namespace indrik::supervisor {

class WorkerBus final : public pubsub::Backend {
public:
    /// How long connect() waits for the answers of those who were there before. Those that boot as well do not answer yet.
    static constexpr std::chrono::milliseconds kWelcomeTime{100};

    /// REQUIRES: seat.inbox
    explicit WorkerBus(BusSeat seat);
    ~WorkerBus() override;

    Task<> connect(pubsub::BackendEvents& events) override;
    Task<> close() override;
    /// All of it comes anyway.
    Task<> subscribe(std::string topic, bool is_pattern) override;
    void unsubscribe(std::string_view, bool) noexcept override {}
    void publish(const pubsub::Message& message) override;
    Task<> wait_for_room() override;
    void tell(std::string bytes) override;
    void tell(pubsub::NodeID node, std::string bytes) override;
    pubsub::NodeID node() const override { return seat_.own.number; }
    std::vector<pubsub::NodeID> nodes() const override;
    pubsub::BackendHealth health() const override;

private:
    struct Peer;
    using PeerPointer = std::shared_ptr<Peer>;

    PeerPointer add_peer(BusAddress address);
    void remove_peer(const PeerPointer& peer);
    Task<> watch(PeerPointer peer);
    void say(const PeerPointer& peer, PacketKind kind, int passed = -1);

    void broadcast(Outbox::Record record);
    void flush(const PeerPointer& peer);
    Task<> write_out(PeerPointer peer);
    void note_flushed(const PeerPointer& peer);
    PeerPointer find_busy_peer() const;

    Task<> receive();
    bool read_packets(int most);
    void handle(Received& packet);
    void handle_join(Received& packet);
    void handle_introduction(Received& packet);
    void handle_welcome(SeatNumber from);
    void handle_data(const Received& packet);
    void handle_record(SeatNumber from, std::string_view record);
    void note_answer();

    BusSeat seat_;
    pubsub::BackendEvents* events_ = nullptr;  // null: not connected
    std::optional<net::PolledSocket> inbox_;
    std::vector<char> space_;  // for one packet
    std::map<SeatNumber, PeerPointer> peers_;
    std::map<SeatNumber, std::string> pieces_;  // of messages that have not ended
    Event welcomed_;                            // by all who were there
    std::size_t answers_due_ = 0;
    std::uint64_t received_ = 0;
    std::uint64_t dropped_ = 0;  // by peers that have gone
    std::uint64_t sent_ = 0;
    std::optional<TaskGroup> tasks_;  // the last: they use what is above
};

/// Lets pubsub::setup() connect to the seat. Without one, the application's topics are those of the process.
void hand_in_bus(web::Application& application, BusSeat seat);

}  // namespace indrik::supervisor
