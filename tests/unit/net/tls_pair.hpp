#pragma once
// Both ends of a TLS connection in one loop, for the tests of TLSStream.

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "indrik/core/task_group.hpp"
#include "indrik/net/socket_stream.hpp"
#include "indrik/net/tls_error.hpp"
#include "indrik/net/tls_stream.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/co_test.hpp"
#include "tests/support/sockets.hpp"

namespace indrik::test {

/// What came of one end's handshake.
struct HandshakeResult {
    bool is_over = false;
    net::Handshake outcome = net::Handshake::Ended;
    std::error_code error;

    bool is_done() const { return is_over && !error && outcome == net::Handshake::Done; }
};

inline Task<> shake_hands(net::TLSStream& stream,
                          HandshakeResult* result,
                          net::HandshakeBudget* budget = nullptr) {
    try {
        result->outcome = co_await stream.handshake(budget);
    } catch (const std::system_error& error) {
        result->error = error.code();
    }
    result->is_over = true;
}

struct TLSPair {
    std::unique_ptr<net::TLSStream> server;
    std::unique_ptr<net::TLSStream> client;
    HandshakeResult server_result;
    HandshakeResult client_result;
};

/// An authority, a server's certificate for localhost, and contexts on both sides.
class TLSFixture {
public:
    explicit TLSFixture(net::TLSVersion version = net::TLSVersion::V1_3) {
        server_options.certificates = {
            authority.issue(Subject("localhost").dns("localhost").ip("127.0.0.1"))};
        server_options.minimum_version = server_options.maximum_version = version;
        client_options.ca_file = authority.file();
    }

    std::shared_ptr<net::TLSContext> server_context() const {
        return net::TLSContext::make_server(server_options);
    }
    std::shared_ptr<net::TLSContext> client_context() const {
        return net::TLSContext::make_client(client_options);
    }

    Authority authority{"Test CA"};
    net::TLSServerOptions server_options;
    net::TLSClientOptions client_options;
};

/// Around the sockets of a pair, if they are to behave badly.
using Wrap = std::function<std::unique_ptr<net::Stream>(std::unique_ptr<net::Stream>)>;

/// Connects two ends and lets them shake hands; the outcome is in the results.
inline Task<> connect_pair(TLSPair& pair,
                           std::shared_ptr<net::TLSContext> server_context,
                           std::shared_ptr<net::TLSContext> client_context,
                           std::string name = "localhost",
                           net::TLSSession resumed = net::TLSSession(),
                           Wrap wrap = nullptr) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    SocketPair sockets = tcp_pair();
    net::set_no_delay(sockets.server.get());
    net::set_no_delay(sockets.client.get());
    std::unique_ptr<net::Stream> server =
        std::make_unique<net::SocketStream>(executor, std::move(sockets.server));
    std::unique_ptr<net::Stream> client =
        std::make_unique<net::SocketStream>(executor, std::move(sockets.client));
    if (wrap) {
        server = wrap(std::move(server));
        client = wrap(std::move(client));
    }
    pair.server = std::make_unique<net::TLSStream>(server_context, std::move(server));
    pair.client =
        std::make_unique<net::TLSStream>(client_context, std::move(client), name, resumed);
    TaskGroup group(executor);
    group.spawn(shake_hands(*pair.server, &pair.server_result));
    group.spawn(shake_hands(*pair.client, &pair.client_result));
    co_await group.join();
}

/// Reads `size` bytes, or what comes before the end or a failure, which is told by `status`.
inline Task<std::string> read_bytes(net::Stream& stream,
                                    std::size_t size,
                                    net::IOStatus* status = nullptr) {
    std::string bytes(size, '\0');
    std::size_t known = 0;
    std::error_code error;
    net::IOStatus last = net::IOStatus::Done;
    while (known < size) {
        const net::IOResult result = stream.try_read({bytes.data() + known, size - known});
        known += result.bytes;
        last = result.status;
        if (last == net::IOStatus::End || last == net::IOStatus::Failed) break;
        if (last == net::IOStatus::WouldBlock) co_await stream.wait_readable(error);
        if (error) throw std::system_error(error);
    }
    bytes.resize(known);
    if (status != nullptr) *status = last;
    co_return bytes;
}

inline Task<> write_bytes(net::Stream& stream, std::string bytes) {
    std::string_view left = bytes;
    std::error_code error;
    while (!left.empty()) {
        const net::IOResult result = stream.try_write(left);
        if (result.status == net::IOStatus::Failed) throw std::system_error(stream.last_error());
        left.remove_prefix(result.bytes);
        if (result.status == net::IOStatus::WouldBlock) co_await stream.wait_writable(error);
        if (error) throw std::system_error(error);
    }
}

}  // namespace indrik::test
