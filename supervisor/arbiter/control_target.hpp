#pragma once
// The arbiter as its control socket sees it.

#include <memory>
#include <vector>

#include "supervisor/control/target.hpp"

namespace indrik::supervisor {

class Arbiter;

/// Lifetime: the arbiter outlives it.
class ArbiterControl final : public ControlTarget {
public:
    explicit ArbiterControl(Arbiter& arbiter) : arbiter_(arbiter) {}

    MasterReport master() override;
    std::vector<WorkerReport> workers() override;
    std::vector<ListenerReport> listeners() override;
    std::vector<ConfigReport> config() override;

    Pending reload() override;
    Pending scale(unsigned workers) override;
    unsigned wanted_workers() override;
    void reopen_logs() override;
    bool signal_worker(pid_t pid, int number) override;
    void shut_down(bool is_quick) override;

private:
    std::optional<ControlAnswer> reload_answer(std::uint64_t number) const;
    std::optional<ControlAnswer> scale_answer(unsigned workers, std::uint64_t failures) const;

    Arbiter& arbiter_;
};

}  // namespace indrik::supervisor
