#include "indrik/core/run_task.hpp"

#include <asio/io_context.hpp>

#include "indrik/core/task_group.hpp"

namespace indrik::detail {
namespace {

struct EndMark {
    bool* has_ended;
    ~EndMark() { *has_ended = true; }
};

Task<> mark_end(Task<> task, bool* has_ended) {
    const EndMark mark{has_ended};
    co_await std::move(task);
}

}  // namespace

void run_loop(Task<> task) {
    bool has_ended = false;  // outlives the loop, whose destruction may write it
    asio::io_context loop(ASIO_CONCURRENCY_HINT_UNSAFE);
    TaskGroup group(loop.get_executor());
    group.spawn(mark_end(std::move(task), &has_ended));
    while (!has_ended) loop.run_one();
    loop.stop();  // what is left is destroyed with the loop
}

}  // namespace indrik::detail
