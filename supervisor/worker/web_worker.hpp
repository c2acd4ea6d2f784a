#pragma once
// The worker that serves a web application: one loop, one web::Runner. The only part of the supervisor that knows the web.

#include <functional>

#include "indrik/web/application.hpp"
#include "indrik/web/shared_memory.hpp"
#include "supervisor/bus/seats.hpp"
#include "supervisor/worker/web_worker_tickets.hpp"
#include "supervisor/worker/worker_process.hpp"

namespace indrik::supervisor {

class WebWorker final : public WorkerProcess {
public:
    using Factory = std::function<web::Application()>;

    /// Serves the module that the settings name, loaded anew in every worker.
    WebWorker();
    /// Serves what `factory` makes.
    explicit WebWorker(Factory factory);

    void before_fork() override { bus_.open_seat(); }
    void after_fork() override { bus_.close_inbox(); }
    int run(WorkerContext& context) override;

private:
    Factory factory_;
    // Made in the master, the same for all its workers.
    TicketKeyring ticket_keys_;
    web::SharedMemory shared_memory_;
    BusSeats bus_;
};

}  // namespace indrik::supervisor
