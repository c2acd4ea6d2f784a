#pragma once
// The worker that serves a web application: one loop, one web::Runner. The only part of the supervisor that knows the web.

#include <functional>

#include "indrik/web/application.hpp"
#include "supervisor/worker/worker_process.hpp"

namespace indrik::supervisor {

class WebWorker final : public WorkerProcess {
public:
    using Factory = std::function<web::Application()>;

    /// Serves the module that the settings name, loaded anew in every worker.
    WebWorker() = default;
    /// Serves what `factory` makes.
    explicit WebWorker(Factory factory) : factory_(std::move(factory)) {}

    int run(WorkerContext& context) override;

private:
    Factory factory_;
};

}  // namespace indrik::supervisor
