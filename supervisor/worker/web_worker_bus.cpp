#include "supervisor/worker/web_worker_bus.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "indrik/core/cancellation.hpp"
#include "indrik/core/sleep.hpp"
#include "indrik/core/timeout.hpp"
#include "indrik/pubsub/detail/wire.hpp"
#include "indrik/pubsub/setup.hpp"
#include "indrik/web/application.hpp"

namespace indrik::supervisor {
namespace {

using namespace std::chrono_literals;
using net::Direction;
using pubsub::Message;

constexpr int kPacketsPerTurn = 64;
constexpr int kPacketsOfTheDead = 4096;  // more than a socket holds
constexpr std::size_t kReasonableBytes = Outbox::kLimitBytes / 4;
constexpr auto kPatience = 1s;  // of those who publish, once for each time that a peer falls behind

constexpr char kPublished = 'p';
constexpr char kTold = 't';

/// What `co_await ready(...)` awaits; as net::Readiness.
struct SocketReadiness {
    net::PolledSocket* socket;
    Direction direction;
    std::error_code* error;
    indrik::detail::TaskThread* operator()(indrik::detail::Frame* frame) const {
        socket->wait(direction, *error, frame);
        return nullptr;
    }
};

SocketReadiness ready(net::PolledSocket& socket, Direction direction, std::error_code& error) {
    return SocketReadiness{&socket, direction, &error};
}

}  // namespace

struct WorkerBus::Peer {
    Peer(const LoopExecutor& executor, SeatNumber self, BusAddress address)
        : outbox(self, std::move(address)), socket(executor, outbox.fd()) {}

    Outbox outbox;
    net::PolledSocket socket;  // of the outbox
    bool is_member = false;    // it has said that it takes messages
    bool is_awaited = false;   // its answer is
    bool is_writing = false;   // write_out() runs
    bool is_late = false;      // has had all the patience there is, and has not caught up since
    bool is_gone = false;
};

WorkerBus::WorkerBus(BusSeat seat) : seat_(std::move(seat)) {}
WorkerBus::~WorkerBus() = default;

// ---- coming and going

Task<> WorkerBus::connect(pubsub::BackendEvents& events) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    events_ = &events;
    space_.resize(kPacketBytes);
    tasks_.emplace(executor);
    tasks_->on_error([](std::exception_ptr) {});  // cancelled waits
    inbox_.emplace(executor, seat_.inbox.get());
    for (BusAddress& other : seat_.others) {
        const PeerPointer peer = add_peer(std::move(other));
        peer->is_awaited = true;
        ++answers_due_;
        say(peer, PacketKind::Join, seat_.own.socket.get());
    }
    seat_.others.clear();
    tasks_->spawn(receive());
    if (answers_due_ == 0) co_return;
    try {
        co_await with_timeout(kWelcomeTime, welcomed_.wait());
    } catch (const TimeoutError&) {
    }
}

Task<> WorkerBus::close() {
    if (events_ == nullptr) co_return;
    tasks_->cancel();
    co_await tasks_->join();
    events_ = nullptr;
    peers_.clear();
    inbox_.reset();
    seat_ = BusSeat();  // which the others see
}

WorkerBus::PeerPointer WorkerBus::add_peer(BusAddress address) {
    const SeatNumber number = address.number;
    auto peer = std::make_shared<Peer>(tasks_->executor(), node(), std::move(address));
    peers_[number] = peer;
    tasks_->spawn(watch(peer));
    return peer;
}

/// Nobody sends in that direction: all that is ever to be read there is the end.
Task<> WorkerBus::watch(PeerPointer peer) {
    std::error_code error;
    while (!peer->socket.peer_has_ended()) {
        co_await ready(peer->socket, Direction::Read, error);
        if (error) throw_cancelled();
    }
    read_packets(kPacketsOfTheDead);  // what it sent before it ended
    remove_peer(peer);
}

void WorkerBus::remove_peer(const PeerPointer& peer) {
    const SeatNumber number = peer->outbox.number();
    peer->is_gone = true;
    peer->socket.cancel();
    dropped_ += peer->outbox.dropped();
    sent_ += peer->outbox.sent();
    peers_.erase(number);
    pieces_.erase(number);
    if (std::exchange(peer->is_awaited, false)) note_answer();
    if (peer->is_member) events_->on_left(number);
}

void WorkerBus::note_answer() {
    if (--answers_due_ == 0) welcomed_.set();
}

void WorkerBus::say(const PeerPointer& peer, PacketKind kind, int passed) {
    peer->outbox.push_control(kind, passed);
    flush(peer);
}

std::vector<pubsub::NodeID> WorkerBus::nodes() const {
    std::vector<pubsub::NodeID> nodes;
    for (const auto& [number, peer] : peers_) {
        if (peer->is_member) nodes.push_back(number);
    }
    return nodes;
}

pubsub::BackendHealth WorkerBus::health() const {
    pubsub::BackendHealth health;
    health.is_connected = events_ != nullptr;
    health.nodes = nodes().size();
    health.received = received_;
    health.sent = sent_;
    health.dropped = dropped_;
    for (const auto& [number, peer] : peers_) {
        health.sent += peer->outbox.sent();
        health.dropped += peer->outbox.dropped();
        health.waiting_bytes += peer->outbox.waiting_bytes();
    }
    return health;
}

// ---- sending

Task<> WorkerBus::subscribe(std::string, bool) {
    co_return;
}

void WorkerBus::publish(const Message& message) {
    if (peers_.empty()) return;
    std::string record(1, kPublished);
    record.reserve(16 + message.topic().size() + message.data().size());
    pubsub::detail::put(record, static_cast<char>(message.is_text()));
    pubsub::detail::put_text(record, message.topic());
    record += message.data();
    broadcast(std::make_shared<const std::string>(std::move(record)));
}

void WorkerBus::tell(std::string bytes) {
    broadcast(std::make_shared<const std::string>(kTold + bytes));
}

void WorkerBus::tell(pubsub::NodeID to, std::string bytes) {
    const auto place = peers_.find(to);
    if (place == peers_.end() || !place->second->is_member) return;
    place->second->outbox.push(std::make_shared<const std::string>(kTold + bytes));
    flush(place->second);
}

void WorkerBus::broadcast(Outbox::Record record) {
    for (const auto& [number, peer] : peers_) {
        if (!peer->is_member) continue;
        peer->outbox.push(record);
        flush(peer);
    }
}

void WorkerBus::flush(const PeerPointer& peer) {
    if (peer->is_writing || peer->is_gone) return;
    if (peer->outbox.flush() == Outbox::Flush::Full) {
        peer->is_writing = true;
        tasks_->spawn(write_out(peer));
    } else {
        note_flushed(peer);
    }
}

Task<> WorkerBus::write_out(PeerPointer peer) {
    std::error_code error;
    while (!peer->is_gone && peer->outbox.flush() == Outbox::Flush::Full) {
        peer->socket.exhausted(Direction::Write);
        co_await ready(peer->socket, Direction::Write, error);
        if (error && !peer->is_gone) throw_cancelled();
    }
    peer->is_writing = false;
    if (!peer->is_gone) note_flushed(peer);
}

void WorkerBus::note_flushed(const PeerPointer& peer) {
    peer->is_late = false;
    if (peer->outbox.take_recovered()) events_->on_peer_missed(peer->outbox.number());
}

/// One that has much to take and may yet catch up; null: none.
WorkerBus::PeerPointer WorkerBus::find_busy_peer() const {
    for (const auto& [number, peer] : peers_) {
        if (peer->outbox.waiting_bytes() > kReasonableBytes && !peer->is_late) return peer;
    }
    return nullptr;
}

Task<> WorkerBus::wait_for_room() {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (const PeerPointer peer = find_busy_peer()) {
        if (std::chrono::steady_clock::now() >= end) peer->is_late = true;
        if (!peer->is_late) co_await sleep_for(1ms);
    }
}

// ---- receiving

Task<> WorkerBus::receive() {
    std::error_code error;
    for (;;) {
        if (!read_packets(kPacketsPerTurn)) inbox_->exhausted(Direction::Read);
        if (inbox_->peer_has_ended()) co_return;  // nobody has our address any more
        co_await ready(*inbox_, Direction::Read, error);
        if (error) throw_cancelled();
    }
}

/// Whether there may be more.
bool WorkerBus::read_packets(int most) {
    for (int i = 0; i < most; ++i) {
        Received packet = receive_packet(inbox_->fd(), space_);
        if (packet.outcome != ReceiveOutcome::Some) return false;
        handle(packet);
    }
    return true;
}

void WorkerBus::handle(Received& packet) {
    switch (packet.header.kind) {
        case PacketKind::Join:
            return handle_join(packet);
        case PacketKind::Welcome:
            return handle_welcome(packet.header.from);
        case PacketKind::Introduce:
            return handle_introduction(packet);
        case PacketKind::Data:
            return handle_data(packet);
        case PacketKind::Gap: {
            std::uint64_t missed = 0;
            std::memcpy(
                &missed, packet.payload.data(), std::min(sizeof missed, packet.payload.size()));
            pieces_.erase(packet.header.from);
            return events_->on_missed(missed);
        }
    }
}

void WorkerBus::handle_join(Received& packet) {
    const SeatNumber number = packet.header.from;
    if (peers_.contains(number)) return handle_welcome(number);
    if (!packet.passed) return;  // we have too many descriptors
    BusAddress address;
    address.number = number;
    address.socket = std::move(packet.passed);
    const PeerPointer peer = add_peer(std::move(address));
    say(peer, PacketKind::Welcome);
    peer->is_member = true;
    events_->on_joined(number);
}

void WorkerBus::handle_introduction(Received& packet) {
    const SeatNumber number = packet.header.from;
    if (!packet.passed || peers_.contains(number)) return;
    say(add_peer({number, std::move(packet.passed)}), PacketKind::Join, seat_.own.socket.get());
}

void WorkerBus::handle_welcome(SeatNumber from) {
    const auto place = peers_.find(from);
    if (place == peers_.end() || place->second->is_member) return;
    const PeerPointer peer = place->second;
    peer->is_member = true;
    events_->on_joined(from);
    if (std::exchange(peer->is_awaited, false)) note_answer();
}

void WorkerBus::handle_data(const Received& packet) {
    const SeatNumber from = packet.header.from;
    if (packet.header.is_first != 0 && packet.header.is_last != 0)
        return handle_record(from, packet.payload);
    if (packet.header.is_first != 0) pieces_[from].clear();
    const auto place = pieces_.find(from);
    if (place == pieces_.end()) return;  // the rest of what was lost
    place->second += packet.payload;
    if (packet.header.is_last == 0) return;
    const std::string whole = std::move(place->second);
    pieces_.erase(place);
    handle_record(from, whole);
}

void WorkerBus::handle_record(SeatNumber from, std::string_view record) {
    pubsub::detail::WireReader reader(record);
    const char kind = reader.take<char>().value_or('\0');
    if (kind == kTold && peers_.contains(from)) return events_->on_told(from, reader.rest());
    if (kind != kPublished) return;
    const bool is_text = reader.take<char>().value_or('\0') != '\0';
    const std::optional<std::string_view> topic = reader.take_text();
    if (!topic || topic->empty() || topic->size() > Message::kMaxTopicBytes) return;
    ++received_;
    events_->on_message(
        Message(is_text ? Message::Type::Text : Message::Type::Binary, *topic, reader.rest()));
}

void hand_in_bus(web::Application& application, BusSeat seat) {
    if (!seat.inbox) return;
    application.emplace(
        pubsub::kWorkerBus,
        [seat = std::make_shared<BusSeat>(std::move(seat))]() -> std::unique_ptr<pubsub::Backend> {
            if (!seat->inbox) {
                throw std::logic_error(
                    "the topics of this worker are connected already: call pubsub::setup() once, "
                    "for the outermost application");
            }
            return std::make_unique<WorkerBus>(std::move(*seat));
        });
}

}  // namespace indrik::supervisor
