#include "indrik/net/listener.hpp"

#include <asio/error.hpp>
#include <fcntl.h>
#include <netinet/tcp.h>

#include "tests/support/co_test.hpp"
#include "tests/support/sockets.hpp"

namespace indrik::net {
namespace {

CO_TEST(Listener, AcceptsWhatWaitsInItsQueueAndThenSaysItIsEmpty) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Listener listener(executor, test::listen_on_loopback());
    const UniqueFd first = test::connect_to(listener.local_endpoint().port);
    const UniqueFd second = test::connect_to(listener.local_endpoint().port);
    std::error_code error;
    co_await listener.wait(error);
    EXPECT_FALSE(error);
    const UniqueFd one = listener.try_accept(error);
    const UniqueFd two = listener.try_accept(error);
    EXPECT_TRUE(one);
    EXPECT_TRUE(two);
    EXPECT_FALSE(error);
    EXPECT_FALSE(listener.try_accept(error));
    EXPECT_EQ(error, asio::error::would_block);
}

CO_TEST(Listener, AcceptedSocketsDoNotBlockDelayOrSurviveExec) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Listener listener(executor, test::listen_on_loopback());
    const UniqueFd client = test::connect_to(listener.local_endpoint().port);
    std::error_code error;
    const UniqueFd socket = listener.try_accept(error);
    CO_ASSERT(socket);
    EXPECT_TRUE(::fcntl(socket.get(), F_GETFL) & O_NONBLOCK);
    EXPECT_TRUE(::fcntl(socket.get(), F_GETFD) & FD_CLOEXEC);
    int no_delay = 0;
    socklen_t size = sizeof no_delay;
    ::getsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &no_delay, &size);
    EXPECT_EQ(no_delay, 1);
}

CO_TEST(Listener, SkipsNobodyWhenAConnectionDiedWhileWaiting) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Listener listener(executor, test::listen_on_loopback());
    test::reset(test::connect_to(listener.local_endpoint().port));
    const UniqueFd alive = test::connect_to(listener.local_endpoint().port);
    std::error_code error;
    int accepted = 0;
    while (listener.try_accept(error)) ++accepted;
    EXPECT_GE(accepted, 1);
    EXPECT_EQ(error, asio::error::would_block);
}

Task<> cancel_soon(Listener& listener) {
    co_await test::yield(2);
    listener.cancel();
}

CO_TEST(Listener, CancelEndsTheWait) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Listener listener(executor, test::listen_on_loopback());
    TaskGroup group(executor);
    group.spawn(cancel_soon(listener));
    std::error_code error;
    co_await listener.wait(error);
    EXPECT_EQ(error, asio::error::operation_aborted);
    co_await group.join();
}

}  // namespace
}  // namespace indrik::net
