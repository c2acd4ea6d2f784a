#include "indrik/templates/awaiting.hpp"

#include <utility>

#include "indrik/templates/errors.hpp"

namespace indrik::templates {
namespace {

thread_local detail::AwaitingWork* running = nullptr;

class AsyncFunction final : public Object {
public:
    AsyncFunction(std::function<Task<Value>(const Arguments&)> callable, std::string name)
        : callable_(std::move(callable)), name_(std::move(name)) {}

    std::string_view type_name() const override { return name_; }
    bool is_callable() const override { return true; }
    Value call(const Arguments& arguments) override { return await(callable_(arguments)); }

private:
    std::function<Task<Value>(const Arguments&)> callable_;
    std::string name_;
};

}  // namespace

namespace detail {

AwaitingWork* AwaitingWork::current() {
    return running;
}

bool AwaitingWork::go_on() {
    struct Running {
        explicit Running(AwaitingWork* work) : before(std::exchange(running, work)) {}
        Running(const Running&) = delete;
        ~Running() { running = before; }
        AwaitingWork* before;
    };
    const Running scope(this);
    return fiber_.resume();
}

Task<> AwaitingWork::settle() {
    try {
        result_ = co_await std::move(*awaited_);
    } catch (...) {
        failure_ = std::current_exception();  // the template's line is told first
    }
}

Value AwaitingWork::await(Task<Value> task) {
    awaited_ = &task;
    fiber_.suspend();
    awaited_ = nullptr;
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
    return std::exchange(result_, Value());
}

}  // namespace detail

Value async_function(std::function<Task<Value>(const Arguments&)> callable, std::string name) {
    return make_object<AsyncFunction>(std::move(callable), std::move(name));
}

Value await(Task<Value> task) {
    if (running == nullptr) {
        fail(ErrorKind::Runtime,
             "something is awaited here, which takes render_async() in the place of render()");
    }
    return running->await(std::move(task));
}

Task<std::string> render_async(Template page, Dict values) {
    std::string out;
    detail::AwaitingWork work([&] { page.render_to(out, values); });
    while (work.go_on()) co_await work.settle();
    co_return out;
}

}  // namespace indrik::templates
