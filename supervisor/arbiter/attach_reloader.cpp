// The part of the arbiter that has to do with --reload.
#include <memory>

#include <sys/prctl.h>

#include "supervisor/arbiter/arbiter.hpp"
#include "supervisor/reload/reloader.hpp"

namespace indrik::supervisor {

void Arbiter::attach_reloader() {
    if (!settings_.reload) return;
    Reloader::Host host;
    host.reload = [this] { handle_hup(); };
    if (settings_.application.empty() && !invocation_.program.empty()) {
        host.program = &invocation_;
        host.change_program = [this] {
            if (obstacle_to_upgrade() != nullptr) return false;
            handle_usr2();
            return true;
        };
        is_first_of_reloads_ = !predecessor_;
        if (is_first_of_reloads_) ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // of successors' successors
    }
    host.in_child = [this] {
        become_child();
        listeners_.take(0, {});
    };
    auto reloader = std::make_unique<Reloader>(
        settings_, process_, std::move(host), error_log_->logger("indrik.reload"));
    reloader_ = reloader.get();
    sources_.push_back(std::move(reloader));
}

ReloadContext Arbiter::reload_context(unsigned generation) const {
    return reloader_ != nullptr ? reloader_->context(generation) : ReloadContext{};
}

}  // namespace indrik::supervisor
