#include "indrik/net/connect.hpp"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

#include "indrik/core/cancellation.hpp"
#include "indrik/core/race.hpp"
#include "indrik/core/sleep.hpp"
#include "indrik/core/sync.hpp"
#include "indrik/core/task_group.hpp"
#include "indrik/core/unique_fd.hpp"
#include "indrik/net/socket_stream.hpp"

namespace indrik::net {
namespace {

constexpr std::chrono::milliseconds kFullQueueDelay{10};

[[noreturn]] void fail(int error, const Address& address) {
    throw std::system_error(
        error, std::system_category(), "cannot connect to " + format_endpoint(address.endpoint()));
}

/// Begins to connect; the error is EINPROGRESS if that takes time.
UniqueFd begin(const Address& address, int& error) {
    UniqueFd socket(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket) fail(errno, address);
    error = 0;
    if (::connect(socket.get(), address.data(), address.size()) != 0) error = errno;
    return socket;
}

int take_error(int socket) {
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
    return error;
}

/// On loopback a connection to a free ephemeral port may meet itself.
bool is_own_peer(int socket) {
    return local_endpoint(socket) == remote_endpoint(socket);
}

Task<std::unique_ptr<Stream>> connect_one(Address address) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    int failure = 0;
    UniqueFd socket = begin(address, failure);
    const int fd = socket.get();
    std::unique_ptr<Stream> stream;
    if (failure == 0 || failure == EINPROGRESS)
        stream = std::make_unique<SocketStream>(executor, std::move(socket));
    if (failure == EINPROGRESS) {
        std::error_code error;
        co_await stream->wait_writable(error);
        if (error) throw_cancelled();
        failure = take_error(fd);
    }
    if (failure == 0 && is_own_peer(fd)) failure = ECONNREFUSED;
    if (failure != 0) fail(failure, address);
    set_no_delay(fd);
    co_return stream;
}

/// The families take turns, the first address's family begins.
std::vector<Address> interleaved(const std::vector<Address>& addresses) {
    std::vector<Address> first;
    std::vector<Address> second;
    for (const Address& address : addresses)
        (address.family() == addresses.front().family() ? first : second).push_back(address);
    std::vector<Address> result;
    result.reserve(addresses.size());
    for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
        if (i < first.size()) result.push_back(first[i]);
        if (i < second.size()) result.push_back(second[i]);
    }
    return result;
}

/// The attempts at several addresses.
class Contest {
public:
    Contest(const std::vector<Address>& addresses, std::chrono::milliseconds delay)
        : addresses_(interleaved(addresses)), delay_(delay) {}

    Task<> run(TaskGroup& group) {
        for (const Address& address : addresses_) {
            news_.clear();
            ++running_;
            group.spawn(attempt(address));
            if (&address != &addresses_.back()) co_await wait_for_turn();
            if (winner_) break;
        }
        while (!winner_ && running_ != 0) {
            news_.clear();
            co_await news_.wait();
        }
        group.cancel();
    }

    std::unique_ptr<Stream> take_winner() {
        if (winner_) return std::move(winner_);
        std::string what = "cannot connect to " + format_endpoint(addresses_.front().endpoint());
        if (addresses_.size() > 1)
            what += " and " + std::to_string(addresses_.size() - 1) + " other addresses";
        throw std::system_error(*failure_, what);
    }

private:
    Task<> attempt(Address address) {
        try {
            std::unique_ptr<Stream> stream = co_await connect_one(address);
            if (!winner_) winner_ = std::move(stream);
        } catch (const std::system_error& error) {
            if (is_cancelled(error)) throw;
            if (!failure_) failure_ = error.code();
        }
        --running_;
        news_.set();
    }

    /// Until an attempt has ended, or the delay.
    Task<> wait_for_turn() {
        if (news_.is_set()) co_return;
        static_cast<void>(co_await race(news_.wait(), sleep_for(delay_)));
    }

    const std::vector<Address> addresses_;
    const std::chrono::milliseconds delay_;
    std::size_t running_ = 0;
    Event news_;
    std::unique_ptr<Stream> winner_;
    std::optional<std::error_code> failure_;
};

}  // namespace

Task<std::unique_ptr<Stream>> connect(std::vector<Address> addresses,
                                      std::chrono::milliseconds delay) {
    assert(!addresses.empty());
    if (addresses.size() == 1) {
        const Address only = addresses.front();
        co_return co_await connect_one(only);
    }
    Contest contest(addresses, delay);
    auto body = [&contest](TaskGroup& group) -> Task<> { return contest.run(group); };
    co_await with_task_group(body);
    co_return contest.take_winner();
}

Task<std::unique_ptr<Stream>> connect_unix(std::string path) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    const Address address = unix_address(path);
    for (;;) {
        int error = 0;
        UniqueFd socket = begin(address, error);
        if (error == 0) {
            std::unique_ptr<Stream> stream =
                std::make_unique<SocketStream>(executor, std::move(socket));
            co_return stream;
        }
        if (error != EAGAIN) fail(error, address);
        co_await sleep_for(kFullQueueDelay);
    }
}

}  // namespace indrik::net
