#include "indrik/client/connector.hpp"

#include <system_error>
#include <utility>
#include <vector>

#include "indrik/client/errors.hpp"
#include "indrik/client/loop_share.hpp"
#include "indrik/core/cancellation.hpp"
#include "indrik/net/connect.hpp"
#include "indrik/net/resolver.hpp"
#include "indrik/net/tls_error.hpp"
#include "indrik/net/tls_stream.hpp"

namespace indrik::client {
namespace {

/// Runs the task; what fails becomes an `Error` with the same text and code.
template <class Error, class T>
Task<T> with_error(Task<T> task) {
    try {
        co_return co_await std::move(task);
    } catch (const std::system_error& error) {
        if (is_cancelled(error)) throw;
        throw Error(error.what(), error.code());
    }
}

Task<std::unique_ptr<net::Stream>> connect_socket(const Target& target,
                                                  const ConnectorOptions& options) {
    if (!options.unix_socket.empty())
        co_return co_await with_error<ClientConnectorError>(net::connect_unix(options.unix_socket));
    std::vector<net::Address> addresses =
        co_await with_error<ClientConnectorDNSError>(net::resolve(target.host, target.port));
    co_return co_await with_error<ClientConnectorError>(net::connect(std::move(addresses)));
}

[[noreturn]] void fail_handshake(const Target& target, const std::system_error& error) {
    const std::string what = "TLS with " + target.authority + ": " + error.code().message();
    if (net::is_certificate_error(error.code()))
        throw ClientConnectorCertificateError(what, error.code());
    throw ClientConnectorSSLError(what, error.code());
}

Task<> shake_hands(net::TLSStream& stream, const Target& target) {
    try {
        co_await stream.handshake();
    } catch (const std::system_error& error) {
        if (is_cancelled(error)) throw;
        fail_handshake(target, error);
    }
}

std::shared_ptr<net::TLSContext> context_for(const LoopExecutor& executor,
                                             const ConnectorOptions& options) {
    return options.tls ? options.tls : LoopShare::of(executor).default_tls();
}

}  // namespace

Task<std::unique_ptr<net::Stream>> connect_to(const Target& target,
                                              const ConnectorOptions& options) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    std::unique_ptr<net::Stream> stream = co_await connect_socket(target, options);
    if (!target.is_encrypted) co_return stream;
    std::string server_name = options.server_name.empty() ? target.host : options.server_name;
    auto encrypted = std::make_unique<net::TLSStream>(context_for(executor, options),
                                                      std::move(stream),
                                                      std::move(server_name),
                                                      net::TLSSession());
    co_await shake_hands(*encrypted, target);
    stream = std::move(encrypted);
    co_return stream;
}

}  // namespace indrik::client
