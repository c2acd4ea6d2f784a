#pragma once
// The life of a WebSocket between the 101 and the close, at either end: its protocol, its stream, and who waits for either.
//
// Frames are put into one output whole, so those of several senders never mix. What the socket does not take at once is sent by a task
// in the background, for which senders wait. One coroutine receives; it reads into a buffer shared by all sockets of the loop, so that an
// idle one holds none. It may outlive its stream: then everything says that it is closed.

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "indrik/core/buffer.hpp"
#include "indrik/core/detail/waiter.hpp"
#include "indrik/core/intrusive_list.hpp"
#include "indrik/core/sync.hpp"
#include "indrik/core/task.hpp"
#include "indrik/net/timer_wheel.hpp"
#include "indrik/websocket/handshake.hpp"
#include "indrik/websocket/message.hpp"
#include "indrik/websocket/options.hpp"
#include "indrik/websocket/peer.hpp"
#include "indrik/websocket/protocol.hpp"
#include "indrik/websocket/shared_message.hpp"

namespace indrik {
class TaskGroup;
}
namespace indrik::net {
class Stream;
}

namespace indrik::websocket {

struct LoopShare;

/// The stream after the handshake, and what goes with it. Lifetime: until Connection::detach().
struct Transport {
    net::Stream& stream;
    net::TimerWheel& timers;
    TaskGroup& tasks;                         // for what is sent in the background
    std::chrono::milliseconds write_timeout;  // while the peer takes nothing; 0: none
    std::string_view received;  // what came behind the handshake; only during attach()
};

/// Owned by whoever owns the stream, and by those who use it. What waits is a coroutine that keeps it alive.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    using Pointer = std::shared_ptr<Connection>;
    using Milliseconds = std::chrono::milliseconds;

    Connection(Role role, const Settings& settings, const Agreement& agreement, LoopShare& share);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection();

    // ---- for the owner of the stream

    /// The handshake is through: the stream is lent.
    void attach(const Transport& transport);
    /// The end is near: receive() ends, so that whoever uses it can say goodbye; with 1001 if that takes longer than 5 s.
    void drain();
    /// Who used it has ended, by `failure` if there is one: closes with 1000 (1001 when drained), 1011 or the CloseError's code, and
    /// waits as close() does.
    Task<> finish(std::exception_ptr failure);
    /// The stream is about to go: sends a close frame (1001) if it takes one at once, and touches the stream no more.
    void detach() noexcept;
    /// Whether what was thrown is the peer's doing, and no error of ours.
    bool is_peers_fault(const std::exception_ptr& failure) const;
    /// What the peer did wrong; no error if nothing.
    std::error_code failure() const { return protocol_.failure(); }
    /// Whether the peer may still be sending, so that closing at once could destroy what was sent last.
    bool should_linger() const { return !is_lost_ && !protocol_.is_close_received(); }

    // ---- for whoever uses it, by way of Socket, which says what they do

    enum class Unit : bool { Message, Piece };
    static Task<std::optional<ReceivedMessage>> receive(Pointer self,
                                                        Unit unit,
                                                        Milliseconds timeout);
    static Task<> send(Pointer self, MessageType type, std::string data, Compress compress);
    bool try_send(MessageType type, std::string_view data);
    SendOutcome try_send(const SharedMessagePointer& message);
    /// Until a shared message would be taken, or the end.
    static Task<> wait_for_room(Pointer self);
    static Task<Permit> begin_message(Pointer self, MessageType type);
    static Task<> send_piece(Pointer self, std::string data, bool is_last);
    static Task<> send_control(Pointer self, Opcode opcode, std::string payload);
    static Task<> close(Pointer self, std::uint16_t code, std::string reason);
    /// Sends a close frame if none was sent, and waits for nothing.
    void close_now(std::uint16_t code, std::string_view reason) noexcept;

    bool is_closed() const { return !can_send(); }
    /// Whether the stream broke, the peer fell silent, or went without a close frame.
    bool is_lost() const { return is_lost_; }
    bool is_going_away() const { return is_going_away_; }
    const Protocol& protocol() const { return protocol_; }
    const std::string& subprotocol() const { return subprotocol_; }
    bool is_compressed() const { return is_compressed_; }
    std::size_t unsent_bytes() const { return shared_rest_.size() + output_.size(); }
    Milliseconds receive_timeout() const { return receive_timeout_; }

private:
    /// Small, for there is one session a connection.
    using ShortTime = std::chrono::duration<std::int32_t, std::milli>;
    class Alarm;
    class Heartbeat final : public net::TimerWheel::Timer {
    public:
        explicit Heartbeat(Connection& session) : session_(session) {}

    private:
        void on_timeout() override { session_.on_heartbeat(); }
        Connection& session_;
    };
    class Reading;

    bool is_client() const { return role_ == Role::Client; }
    bool can_send() const { return stream_ != nullptr && !is_lost_ && protocol_.can_send(); }
    void require_open() const;

    // connection.cpp
    void on_heartbeat();
    void lose() noexcept;
    void wake_all() noexcept;
    void wake_stream() noexcept;
    bool has_received_all() const;
    bool is_finished() const;
    Task<> wait_for_news();
    static Task<> wait_closed(Pointer self);

    // connection_receiving.cpp
    bool is_over() const;
    std::optional<ReceivedMessage> take(Unit unit);
    std::optional<ReceivedMessage> feed(std::span<char>& bytes, Unit unit);
    std::optional<ReceivedMessage> read_step(const Step& step, Unit unit);
    enum class Read : std::uint8_t { Some, All, Nothing, End };
    Read read_some(Unit unit, std::optional<ReceivedMessage>& message);
    void check_unit(Unit unit) const;
    std::unique_ptr<Alarm> alarm_after(Milliseconds timeout);
    void prepare_to_wait();
    bool was_cancelled(const std::error_code& error);
    static Task<> wait_readable(Pointer self, Read last);

    // connection_sending.cpp
    template <class Append>
    void emit(Append append, std::string_view more = {});
    bool try_write(Buffer& bytes, std::string_view& more) noexcept;
    void write_soon();
    void start_writer();
    void append_message(MessageType type, std::string_view data, Compress compress);
    bool is_backed_up() const { return unsent_bytes() > write_limit_; }
    bool has_unsent() const { return unsent_bytes() != 0; }
    bool write_waiting() noexcept;
    static Task<> write_out(Pointer self);
    static Task<> wait_written(Pointer self);
    static Task<std::optional<Permit>> wait_for_turn(Pointer self);
    void send_control_now(Opcode opcode, std::string_view payload);

    // The stream and what goes with it; null before attach() and after detach().
    net::Stream* stream_ = nullptr;
    net::TimerWheel* timers_ = nullptr;
    TaskGroup* tasks_ = nullptr;
    Heartbeat heartbeat_timer_{*this};
    ShortTime write_timeout_{0};
    const ShortTime heartbeat_;
    const ShortTime receive_timeout_;
    const ShortTime close_timeout_;
    const std::uint64_t max_message_bytes_;
    const std::size_t write_limit_;
    const Role role_;
    const SlowPeer slow_peer_;
    const bool autoping_;

    bool is_receiving_ = false;
    bool is_writing_ = false;       // write_out() runs
    bool is_reader_woken_ = false;  // by wake_stream(), not by a cancellation
    bool is_writer_woken_ = false;
    bool is_going_away_ = false;
    bool is_lost_ = false;  // broken, silent, or ended without a close frame
    bool is_pong_due_ = false;
    bool is_close_overdue_ = false;  // the peer does not answer our close frame
    bool is_in_pieces_ = false;      // the message being received goes out in pieces

    const std::string subprotocol_;
    const bool is_compressed_;
    LoopShare& share_;
    Protocol protocol_;
    Buffer input_;  // read, and not yet understood
    // What is not yet sent: the rest of a shared message's frame, and the frames behind it.
    std::string_view shared_rest_;
    SharedMessagePointer shared_message_;
    Buffer output_;
    std::string message_;  // the beginning of a message
    std::uint64_t written_bytes_ = 0;
    IntrusiveList<indrik::detail::Waiter> waiters_;  // for writing to go on, or the end
    Lock message_lock_;                              // held by whoever sends a message in pieces
};

}  // namespace indrik::websocket
