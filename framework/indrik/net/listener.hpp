#pragma once
// A listening socket on the loop.
//
//   while (open) {
//       co_await listener.wait(error);
//       for (int left = batch; left > 0; --left) {
//           UniqueFd socket = listener.try_accept(error);
//           if (!socket) break;
//           ...
//       }
//   }

#include <asio/posix/basic_stream_descriptor.hpp>

#include "indrik/core/task.hpp"
#include "indrik/core/unique_fd.hpp"
#include "indrik/net/endpoint.hpp"

namespace indrik::net {

class Listener final {
public:
    /// Takes over a bound, listening, non-blocking socket.
    Listener(LoopExecutor executor, UniqueFd socket);

    /// Waits for a connection; may be woken in vain. `error` is operation_aborted after cancel() or close().
    Task<> wait(std::error_code& error);
    /// The next waiting connection as a non-blocking, close-on-exec socket (TCP_NODELAY set), or none; then `error` says why:
    /// would_block when the queue is empty, else what accept4 reported (no descriptors left, for example). Connections that
    /// died while waiting are skipped.
    UniqueFd try_accept(std::error_code& error);

    void cancel() noexcept;
    /// Ends the wait. Other processes may hold the same socket open: from here it is watched no more.
    void close() noexcept;
    bool is_open() const { return native_ >= 0; }
    Endpoint local_endpoint() const;

private:
    asio::posix::basic_stream_descriptor<LoopExecutor> descriptor_;
    int native_;
    bool is_tcp_;
};

}  // namespace indrik::net
