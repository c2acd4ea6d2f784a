#pragma once
// The worker that serves a web application: one loop, one web::Runner. The only part of the supervisor that knows the web.

#include <functional>
#include <memory>
#include <optional>

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

    void check(const Settings& settings, const Hooks& hooks) override;
    void prepare(const Settings& settings, const Hooks& hooks) override;
    void preload(const Settings& settings) override;
    void before_fork() override { bus_.open_seat(); }
    void after_fork() override { bus_.close_inbox(); }
    void child_ended() override { bus_.forget_the_dead(); }
    Bequest bequest() override;
    void inherit(std::vector<UniqueFd> descriptors,
                 std::span<const std::uint64_t> numbers) override;
    std::vector<MasterNews> news_for_successor() override;
    std::vector<MasterNews> news_of_fork() override;
    void hear(std::string_view bytes, std::vector<UniqueFd> descriptors) override;
    int run(WorkerContext& context) override;
    TrialOutcome try_out(const Settings& settings, const std::string& module_path) override;

private:
    web::Application load(const Settings& settings, const std::string& module_path) const;
    web::Application make_application(const Settings& settings,
                                      const std::string& module_path) const;

    Factory factory_;
    // Made in the master, the same for all its workers.
    TicketKeyring ticket_keys_;
    web::SharedMemory shared_memory_;
    BusSeats bus_;
    // Made in the worker, or in the preloader that it was forked from.
    bool is_prepared_ = false;
    std::shared_ptr<net::TLSContext> tls_;
    std::optional<web::Application> application_;
};

}  // namespace indrik::supervisor
