// How TLSStream carries bytes, ends and fails.

#include "indrik/net/tls_stream.hpp"

#include <vector>

#include <asio/error.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "indrik/core/sleep.hpp"
#include "indrik/net/handshake_budget.hpp"
#include "indrik/net/memory_stream.hpp"
#include "tests/unit/net/tls_pair.hpp"

namespace indrik::net {
namespace {

using namespace std::chrono_literals;
using test::connect_pair;
using test::HandshakeResult;
using test::read_bytes;
using test::shake_hands;
using test::TLSFixture;
using test::TLSPair;
using test::write_bytes;
using test::yield;

/// Passes on at most so many bytes at a time, and blocks every other write.
class ThrottledStream final : public Stream {
public:
    ThrottledStream(std::unique_ptr<Stream> inner, std::size_t bytes)
        : inner_(std::move(inner)), bytes_(bytes) {}
    using Stream::try_write;

    IOResult try_read(std::span<char> space) override {
        return inner_->try_read(space.first(std::min(bytes_, space.size())));
    }
    IOResult try_write(std::string_view first, std::string_view second) override {
        if (std::exchange(blocks_, !blocks_)) return {IOStatus::WouldBlock, 0};
        return inner_->try_write((first.empty() ? second : first).substr(0, bytes_));
    }
    void cancel() noexcept override { inner_->cancel(); }
    void shutdown_write() noexcept override { inner_->shutdown_write(); }
    void close() noexcept override { inner_->close(); }
    std::error_code last_error() const override { return inner_->last_error(); }
    Endpoint local_endpoint() const override { return inner_->local_endpoint(); }
    Endpoint remote_endpoint() const override { return inner_->remote_endpoint(); }

private:
    void start_wait(Direction direction,
                    std::error_code& error,
                    indrik::detail::Frame* frame) override {
        const Readiness wait{inner_.get(), direction, &error};
        wait(frame);
    }

    std::unique_ptr<Stream> inner_;
    std::size_t bytes_;
    bool blocks_ = false;
};

/// Not two equal bytes at the same distance of a record's size.
std::string pattern(std::size_t size) {
    std::string text(size, '\0');
    std::uint32_t state = 12345;
    for (char& c : text) {
        state = state * 1664525 + 1013904223;
        c = static_cast<char>(state >> 24);
    }
    return text;
}

Task<> read_into(Stream& stream, std::size_t size, std::string* bytes) {
    *bytes = co_await read_bytes(stream, size);
}

/// Sends and receives `size` bytes on each side at the same time.
Task<> exchange(TLSPair& pair, std::size_t size) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    const std::string sent = pattern(size);
    std::string at_server;
    std::string at_client;
    TaskGroup group(executor);
    group.spawn(write_bytes(*pair.server, sent));
    group.spawn(write_bytes(*pair.client, sent));
    group.spawn(read_into(*pair.server, size, &at_server));
    group.spawn(read_into(*pair.client, size, &at_client));
    co_await group.join();
    const auto first_difference = [&sent](const std::string& received) {
        return std::mismatch(received.begin(), received.end(), sent.begin(), sent.end()).first -
               received.begin();
    };
    EXPECT_EQ(at_server.size(), size);
    EXPECT_EQ(at_client.size(), size);
    EXPECT_EQ(first_difference(at_server), static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(first_difference(at_client), static_cast<std::ptrdiff_t>(size));
}

class TLSStreamTest : public testing::TestWithParam<TLSVersion> {
protected:
    /// Runs `body(pair)` on a connected pair. `transports` are those of server and client.
    void run(Task<> (*body)(TLSStreamTest&, TLSPair&), test::Wrap wrap = nullptr) {
        test::TestLoop loop;
        TLSPair pair;
        loop.run(run_connected(this, &pair, body, wrap));
    }
    static Task<> run_connected(TLSStreamTest* self,
                                TLSPair* pair,
                                Task<> (*body)(TLSStreamTest&, TLSPair&),
                                test::Wrap wrap) {
        auto remember = [self, wrap](std::unique_ptr<Stream> transport) {
            if (wrap) transport = wrap(std::move(transport));
            self->transports.push_back(transport.get());
            return transport;
        };
        co_await connect_pair(
            *pair, self->server, self->client, "localhost", TLSSession(), remember);
        CO_ASSERT(pair->server_result.is_done() && pair->client_result.is_done());
        co_await body(*self, *pair);
    }

public:
    TLSFixture fixture{GetParam()};
    std::shared_ptr<TLSContext> server = fixture.server_context();
    std::shared_ptr<TLSContext> client = fixture.client_context();
    std::vector<Stream*> transports;
};

INSTANTIATE_TEST_SUITE_P(Versions,
                         TLSStreamTest,
                         testing::Values(TLSVersion::V1_2, TLSVersion::V1_3),
                         [](const auto& version) {
                             return version.index == 0 ? "TLS12" : "TLS13";
                         });

// ---- carrying bytes

TEST_P(TLSStreamTest, WorksByteByByte) {
    const auto body = [](TLSStreamTest&, TLSPair& pair) -> Task<> {
        co_await exchange(pair, 3000);
    };
    run(body, [](auto inner) { return std::make_unique<ThrottledStream>(std::move(inner), 1); });
}

TEST_P(TLSStreamTest, WorksInOddPieces) {
    const auto body = [](TLSStreamTest&, TLSPair& pair) -> Task<> {
        co_await exchange(pair, 300'000);
    };
    run(body, [](auto inner) { return std::make_unique<ThrottledStream>(std::move(inner), 4999); });
}

TEST_P(TLSStreamTest, CarriesTenMebibytesBothWaysAtOnce) {
    run([](TLSStreamTest&, TLSPair& pair) -> Task<> { co_await exchange(pair, 10 * 1024 * 1024); });
}

Task<> read_slowly(Stream& stream, std::size_t size, std::string* bytes) {
    std::string piece(7000, '\0');
    std::error_code error;
    while (bytes->size() < size) {
        const IOResult result = stream.try_read(piece);
        CO_ASSERT(result.status == IOStatus::Done || result.status == IOStatus::WouldBlock);
        bytes->append(piece, 0, result.bytes);
        co_await yield();
        if (result.status == IOStatus::WouldBlock) co_await stream.wait_readable(error);
    }
}

Task<> slow_reader(TLSStreamTest&, TLSPair& pair) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    const std::string sent = pattern(16 * 1024 * 1024);  // more than the sockets of Linux hold
    // Until nothing goes any more: only then the reader begins.
    std::size_t moved = 0;
    IOStatus status = IOStatus::Done;
    while (status == IOStatus::Done && moved < sent.size()) {
        const IOResult result = pair.server->try_write(std::string_view(sent).substr(moved));
        moved += result.bytes;
        status = result.status;
    }
    EXPECT_EQ(status, IOStatus::WouldBlock);
    std::string received;
    TaskGroup group(executor);
    group.spawn(write_bytes(*pair.server, sent.substr(moved)));
    group.spawn(read_slowly(*pair.client, sent.size(), &received));
    co_await group.join();
    EXPECT_TRUE(received == sent);
}
TEST_P(TLSStreamTest, WritesToASlowReader) {
    run(&slow_reader);
}

Task<> small_reads(TLSStreamTest&, TLSPair& pair) {
    // One record holds more than is read at once: the rest is in OpenSSL, where no poller sees it.
    const std::string sent = pattern(100);
    co_await write_bytes(*pair.client, sent);
    std::string received;
    std::error_code error;
    char piece[7];
    while (received.size() < sent.size()) {
        co_await pair.server->wait_readable(error);
        CO_ASSERT(!error);
        received.append(piece, pair.server->try_read(piece).bytes);
    }
    EXPECT_EQ(received, sent);
}
TEST_P(TLSStreamTest, WaitDoesNotForgetWhatIsDecryptedAlready) {
    run(&small_reads);
}

Task<> several_records(TLSStreamTest&, TLSPair& pair) {
    for (int i = 0; i < 10; ++i) co_await write_bytes(*pair.client, "0123456789");
    std::string received(100, '\0');
    std::error_code error;
    co_await pair.server->wait_readable(error);
    EXPECT_EQ(pair.server->try_read(received).bytes, 100u);  // on loopback they have all come
    EXPECT_EQ(pair.server->try_read(received).status, IOStatus::WouldBlock);
}
TEST_P(TLSStreamTest, ReadsAllRecordsThatHaveCome) {
    run(&several_records);
}

Task<> gathers(TLSStreamTest&, TLSPair& pair) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    const std::vector<std::size_t> first_sizes{0, 1, 200, 16383, 16384, 16385, 70000};
    const std::vector<std::size_t> second_sizes{0, 1, 16384, 100'000};
    for (const std::size_t first : first_sizes) {
        for (const std::size_t second : second_sizes) {
            if (first + second == 0) continue;
            const std::string bytes = pattern(first + second);
            const std::string_view head = std::string_view(bytes).substr(0, first);
            const std::string_view tail = std::string_view(bytes).substr(first);
            std::string received;
            TaskGroup group(executor);
            group.spawn(read_into(*pair.client, bytes.size(), &received));
            const IOResult result = pair.server->try_write(head, tail);
            EXPECT_EQ(result.bytes, bytes.size());
            co_await group.join();
            EXPECT_TRUE(received == bytes) << first << " + " << second;
        }
    }
}
TEST_P(TLSStreamTest, WritesTwoPartsAsOne) {
    run(&gathers);
}

Task<> cut_write(TLSStreamTest&, TLSPair& pair) {
    // The transport takes ten bytes of each write: most of what is encrypted waits in the stream, and is not encrypted again.
    const LoopExecutor executor = co_await asio::this_coro::executor;
    const std::string head = pattern(50);
    const std::string tail = pattern(200);
    std::string received;
    TaskGroup group(executor);
    group.spawn(read_into(*pair.client, 250, &received));
    std::size_t moved = 0;
    std::error_code error;
    while (moved < 250) {
        const std::string copy_of_head =
            head.substr(std::min<std::size_t>(moved, 50));  // at another address each time
        const std::string copy_of_tail = tail.substr(moved - std::min<std::size_t>(moved, 50));
        const IOResult result = pair.server->try_write(copy_of_head, copy_of_tail);
        CO_ASSERT(result.status != IOStatus::Failed);
        moved += result.bytes;
        if (result.status == IOStatus::WouldBlock) co_await pair.server->wait_writable(error);
    }
    EXPECT_EQ(moved, 250u);
    co_await group.join();
    EXPECT_EQ(received, head + tail);
}
TEST_P(TLSStreamTest, ContinuesACutWriteFromAnotherAddress) {
    run(&cut_write,
        [](auto inner) { return std::make_unique<ThrottledStream>(std::move(inner), 10); });
}

Task<> inner_tls(TLSStreamTest& test, TLSPair& pair) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TLSPair inside;  // of the same contexts, whose buffers they share
    inside.server = std::make_unique<TLSStream>(test.server, std::move(pair.server));
    inside.client = std::make_unique<TLSStream>(test.client, std::move(pair.client), "localhost");
    TaskGroup group(executor);
    group.spawn(shake_hands(*inside.server, &inside.server_result));
    group.spawn(shake_hands(*inside.client, &inside.client_result));
    co_await group.join();
    CO_ASSERT(inside.server_result.is_done() && inside.client_result.is_done());
    co_await exchange(inside, 200'000);
}
TEST_P(TLSStreamTest, WorksOverItself) {
    run(&inner_tls);
}

// ---- ends

Task<> half_close(TLSStreamTest&, TLSPair& pair) {
    co_await write_bytes(*pair.client, "last");
    pair.client->shutdown_write();
    IOStatus status = IOStatus::Done;
    const std::string text_1 = co_await read_bytes(*pair.server, 10, &status);
    EXPECT_EQ(text_1, "last");
    EXPECT_EQ(status, IOStatus::End);
    std::error_code error;
    co_await pair.server->wait_readable(error);  // there is always the end to read
    EXPECT_FALSE(error);
    char space[10];
    EXPECT_EQ(pair.server->try_read(space).status, IOStatus::End);
    EXPECT_EQ(pair.client->try_write("more").status, IOStatus::Failed);
    co_await write_bytes(*pair.server, "answer");
    const std::string text_2 = co_await read_bytes(*pair.client, 6);
    EXPECT_EQ(text_2, "answer");
}
TEST_P(TLSStreamTest, HalfClosedStreamsGoOnTheOtherWay) {
    run(&half_close);
}

Task<> destroyed(TLSStreamTest&, TLSPair& pair) {
    co_await write_bytes(*pair.server, "x");
    co_await read_bytes(
        *pair.client, 1);  // the tickets of TLS 1.3 too: unread bytes would make the close a reset
    co_await write_bytes(*pair.client, "bye");
    pair.client.reset();
    IOStatus status = IOStatus::Done;
    const std::string text_3 = co_await read_bytes(*pair.server, 10, &status);
    EXPECT_EQ(text_3, "bye");
    EXPECT_EQ(status, IOStatus::End);
}
TEST_P(TLSStreamTest, DestructionSaysCloseNotify) {
    run(&destroyed);
}

Task<> truncated(TLSStreamTest& test, TLSPair& pair) {
    co_await write_bytes(*pair.client, "cut");
    test.transports[1]->shutdown_write();
    IOStatus status = IOStatus::Done;
    const std::string text_4 = co_await read_bytes(*pair.server, 10, &status);
    EXPECT_EQ(text_4, "cut");
    EXPECT_EQ(status, IOStatus::Failed);
    EXPECT_EQ(pair.server->last_error(), TLSError::Truncated);
    std::error_code error;
    co_await pair.server->wait_readable(error);
    char space[10];
    EXPECT_EQ(pair.server->try_read(space).status, IOStatus::Failed);
    EXPECT_EQ(pair.server->last_error(), TLSError::Truncated);
}
TEST_P(TLSStreamTest, EndWithoutCloseNotifyIsAFailure) {
    run(&truncated);
}

Task<> reset_by_peer(TLSStreamTest&, TLSPair& pair) {
    co_await write_bytes(*pair.client, "x");
    const std::string text_5 = co_await read_bytes(*pair.server, 1);
    EXPECT_EQ(text_5, "x");
    pair.client->abort();
    IOStatus status = IOStatus::Done;
    const std::string text_6 = co_await read_bytes(*pair.server, 1, &status);
    EXPECT_EQ(text_6, "");
    EXPECT_EQ(status, IOStatus::Failed);
    EXPECT_EQ(pair.server->last_error(), std::errc::connection_reset);
}
TEST_P(TLSStreamTest, AbortIsAReset) {
    run(&reset_by_peer);
}

Task<> forged(TLSStreamTest& test, TLSPair& pair) {
    co_await write_bytes(*pair.client, "true");
    const std::string text_7 = co_await read_bytes(*pair.server, 4);
    EXPECT_EQ(text_7, "true");
    std::string record("\x17\x03\x03\x00\x28", 5);
    record += std::string(40, 'x');
    test.transports[1]->try_write(record);
    IOStatus status = IOStatus::Done;
    const std::string text_8 = co_await read_bytes(*pair.server, 4, &status);
    EXPECT_EQ(text_8, "");
    EXPECT_EQ(status, IOStatus::Failed);
    EXPECT_EQ(pair.server->last_error().message(), "decryption failed or bad record mac");
    EXPECT_EQ(pair.server->try_write("x").status, IOStatus::Failed);
    const std::string text_9 = co_await read_bytes(*pair.client, 4, &status);
    EXPECT_EQ(text_9, "");
    EXPECT_THAT(pair.client->last_error().message(),
                testing::HasSubstr("bad record mac"));  // the alert
}
TEST_P(TLSStreamTest, ForgedRecordEndsTheConnection) {
    run(&forged);
}

Task<> closed(TLSStreamTest&, TLSPair& pair) {
    pair.server->close();
    char space[10];
    EXPECT_EQ(pair.server->try_read(space).status, IOStatus::Failed);
    EXPECT_EQ(pair.server->try_write("x").status, IOStatus::Failed);
    std::error_code error;
    co_await pair.server->wait_readable(error);
    EXPECT_EQ(error, asio::error::operation_aborted);
}
TEST_P(TLSStreamTest, ClosedStreamFails) {
    run(&closed);
}

Task<> await_readable(Stream& stream, std::error_code* error) {
    co_await stream.wait_readable(*error);
}

Task<> cancelled_wait(TLSStreamTest&, TLSPair& pair) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    std::error_code error;
    TaskGroup group(executor);
    group.spawn(await_readable(*pair.server, &error));
    pair.server->cancel();
    co_await group.join();
    EXPECT_EQ(error, asio::error::operation_aborted);
    co_await exchange(pair, 100);  // nothing else has happened
}
TEST_P(TLSStreamTest, CancelEndsAWaitAndNothingElse) {
    run(&cancelled_wait);
}

// ---- handshakes that do not come to their end

/// A server's end whose peer is in the test's hand.
struct Lone {
    explicit Lone(const LoopExecutor& executor) : Lone(executor, test::tcp_pair()) {}
    Lone(const LoopExecutor& executor, test::SocketPair sockets)
        : stream(TLSFixture().server_context(),
                 std::make_unique<SocketStream>(executor, std::move(sockets.server))),
          peer(std::move(sockets.client)) {}

    TLSStream stream;
    UniqueFd peer;
    HandshakeResult result;
};

const std::string kHelloBegin("\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03", 11);

CO_TEST(TLSHandshake, DetectsPlainHTTPAndGivesTheTransportBack) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Lone lone(executor);
    test::send_all(lone.peer, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    co_await shake_hands(lone.stream, &lone.result);
    EXPECT_FALSE(lone.result.error);
    EXPECT_EQ(lone.result.outcome, Handshake::PlainHTTP);
    EXPECT_EQ(test::receive_now(lone.peer), "");  // no alert in front of the answer
    const std::unique_ptr<Stream> transport = lone.stream.release_transport();
    transport->try_write("HTTP/1.1 400 Bad Request\r\n\r\n");
    EXPECT_EQ(test::receive_now(lone.peer), "HTTP/1.1 400 Bad Request\r\n\r\n");
}

CO_TEST(TLSHandshake, RefusesWhatIsNeitherTLSNorHTTP) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Lone lone(executor);
    test::send_all(lone.peer, "\x80garbage");
    co_await shake_hands(lone.stream, &lone.result);
    EXPECT_EQ(lone.result.error, TLSError::NotTLS);
}

CO_TEST(TLSHandshake, RefusesAMalformedHello) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Lone lone(executor);
    test::send_all(lone.peer, std::string("\x16\x03\x01\x00\x05hello", 10));
    co_await shake_hands(lone.stream, &lone.result);
    EXPECT_EQ(lone.result.error.category(), tls_category());
    EXPECT_EQ(test::receive_now(lone.peer).front(), '\x15');  // an alert
}

CO_TEST(TLSHandshake, PeerThatSaysNothingIsNoError) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Lone leaving(executor);
    leaving.peer.reset();
    co_await shake_hands(leaving.stream, &leaving.result);
    EXPECT_FALSE(leaving.result.error);
    EXPECT_EQ(leaving.result.outcome, Handshake::Ended);
    Lone resetting(executor);
    test::reset(std::move(resetting.peer));
    co_await shake_hands(resetting.stream, &resetting.result);
    EXPECT_FALSE(resetting.result.error);
    EXPECT_EQ(resetting.result.outcome, Handshake::Ended);
}

CO_TEST(TLSHandshake, EndInTheMiddleIsAnError) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Lone lone(executor);
    test::send_all(lone.peer, kHelloBegin);
    lone.peer.reset();
    co_await shake_hands(lone.stream, &lone.result);
    EXPECT_EQ(lone.result.error, TLSError::UnexpectedEnd);
}

CO_TEST(TLSHandshake, EndsWhenTheStreamIsCancelled) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    const std::vector<std::string> beginnings{"", kHelloBegin};
    for (const std::string& sent : beginnings) {
        Lone lone(executor);
        test::send_all(lone.peer, sent);
        TaskGroup group(executor);
        group.spawn(shake_hands(lone.stream, &lone.result));
        co_await sleep_for(2ms);
        EXPECT_FALSE(lone.result.is_over);
        lone.stream.cancel();
        co_await group.join();
        EXPECT_EQ(lone.result.error, asio::error::operation_aborted);
    }
}

CO_TEST(TLSHandshake, EndsWhenItsTaskIsCancelled) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Lone lone(executor);
    test::send_all(lone.peer, kHelloBegin);
    TaskGroup group(executor);
    group.spawn(shake_hands(lone.stream, &lone.result));
    co_await sleep_for(2ms);
    EXPECT_FALSE(lone.result.is_over);
    group.cancel();
    co_await group.join();
    EXPECT_EQ(lone.result.error, asio::error::operation_aborted);
}

CO_TEST(TLSHandshake, CancelledWhileItWaitsForItsTurnItEnds) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    HandshakeBudget budget(executor, 1);
    Lone lone(executor);
    test::send_all(lone.peer, kHelloBegin);
    std::error_code error;
    co_await lone.stream.wait_readable(error);  // so that the handshake comes to the queue at once
    co_await budget.enter();
    TaskGroup group(executor);
    group.spawn(shake_hands(lone.stream, &lone.result, &budget));
    while (budget.waiting() == 0) co_await budget.enter();
    lone.stream.cancel();
    co_await group.join();
    EXPECT_EQ(lone.result.error, asio::error::operation_aborted);
}

}  // namespace
}  // namespace indrik::net
