#pragma once
// What one worker sends to another: a bounded queue in front of the other's socket. Who is slow, or stopped, loses messages, and is told
// how many; who sends never waits.
//
//   outbox.push(record);                          // the same record for all peers: one copy
//   if (outbox.flush() == Outbox::Flush::Full) wait until the socket is writable, and flush again

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "supervisor/bus/packet.hpp"

namespace indrik::supervisor {

class Outbox {
public:
    using Record = std::shared_ptr<const std::string>;

    static constexpr std::size_t kLimitBytes = 8 * 1024 * 1024;
    static constexpr std::size_t kRecordOverhead = 64;  // what an empty one counts

    Outbox(SeatNumber self, BusAddress peer, std::size_t limit_bytes = kLimitBytes)
        : self_(self), peer_(std::move(peer)), limit_(limit_bytes) {}

    /// False if it is dropped, because too much waits. One record is always taken.
    bool push(Record record);
    /// A word between the buses themselves, which is never dropped. `passed` stays open until it has gone.
    void push_control(PacketKind kind, int passed = -1);
    enum class Flush : std::uint8_t { Done, Full, Gone };
    /// Sends what waits, as far as it goes.
    Flush flush();
    /// Whether the peer has been told of a loss, and everything has been sent since; once for each time.
    bool take_recovered();

    SeatNumber number() const { return peer_.number; }
    int fd() const { return peer_.socket.get(); }
    std::size_t waiting_bytes() const { return waiting_; }
    std::uint64_t dropped() const { return dropped_; }
    std::uint64_t sent() const { return sent_; }

private:
    struct Entry {
        explicit Entry(PacketKind of) : kind(of) {}
        PacketKind kind;
        int passed = -1;
        Record record;             // of Data
        std::size_t offset = 0;    // what has been sent of it
        std::uint64_t missed = 0;  // of a Gap
    };

    void lose(std::uint64_t count);
    void note_gap();
    SendOutcome send(Entry& entry) const;
    void pop();

    SeatNumber self_;
    BusAddress peer_;
    std::size_t limit_;
    std::size_t waiting_ = 0;
    std::deque<Entry> entries_;
    std::uint64_t missed_ = 0;  // behind all entries, and no entry yet
    std::uint64_t dropped_ = 0;
    std::uint64_t sent_ = 0;
    bool has_lost_ = false;
};

}  // namespace indrik::supervisor
