// The least that proves headers, definitions and libraries right: a task that runs on a loop.
#include <cstdio>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <indrik/core/task.hpp>

static int answers = 0;

static indrik::Task<> answer() {
    ++answers;
    co_return;
}

int main() {
    asio::io_context loop;
    asio::co_spawn(loop, answer(), asio::detached);
    loop.run();
    std::printf("answered %d time(s)", answers);
    return answers == 1 ? 0 : 1;
}
