// The part of the arbiter that has workers forked from a preloader (--preload).
#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <iterator>
#include <span>
#include <utility>

#include <unistd.h>

#include "supervisor/arbiter/arbiter.hpp"
#include "supervisor/arbiter/exit_codes.hpp"
#include "supervisor/arbiter/preloader.hpp"
#include "supervisor/system/privileges.hpp"
#include "supervisor/system/process_setup.hpp"

namespace indrik::supervisor {
namespace {

using namespace std::chrono_literals;

constexpr auto kLoadingLook = 10ms;      // how often is asked whether it has loaded
constexpr auto kPauseAfterFailure = 1s;  // before another try, while others serve

}  // namespace

std::unique_ptr<Preloader>& Arbiter::preloader_of(unsigned generation) {
    const bool is_next = reload_ && reload_->generation == generation;
    return is_next ? reload_->preloader : preloader_;
}

/// In the preloader: what a worker would do before and while it loads.
void Arbiter::preload(const Settings& settings) {
    become_child();
    reset_signals_in_child();
    listeners_.take(0, {});
    const Identity identity = resolve_identity(settings);
    set_environment(settings);
    process_.prepare(settings, announcer_.hooks());
    become(identity);
    process_.preload(settings);
}

/// In a worker that was forked from the preloader, with the descriptors that fork_preloaded() sent.
void Arbiter::run_preloaded_worker(const Settings& settings,
                                   const Preloader::Order& order,
                                   std::vector<UniqueFd> received,
                                   pid_t master) {
    const std::size_t others = order.bequeathed + 1;  // and the channel, the last one
    if (received.size() < others) std::_Exit(exit_codes::kUnexpected);
    UniqueFd channel = std::move(received.back());
    received.pop_back();
    const auto first = received.end() - static_cast<std::ptrdiff_t>(order.bequeathed);
    std::vector<UniqueFd> inherited(std::make_move_iterator(first),
                                    std::make_move_iterator(received.end()));
    received.erase(first, received.end());
    process_.inherit(std::move(inherited), std::span(order.number).first(order.numbers));
    try {
        error_log_->reopen();  // it may have been rotated since
    } catch (const std::exception& error) {
        log_.error("{}", error.what());
    }
    WorkerContext context{settings,
                          *error_log_,
                          *order.line,
                          std::move(received),
                          master,
                          wakeup_.get(),
                          listeners_.steering_error() != std::error_code(),
                          std::move(channel)};
    announcer_.forked(context, state(), log_);
    become_worker(process_, context);
}

/// Whether a worker of the generation can be forked now; if not, the loop looks again soon.
bool Arbiter::is_preloaded(unsigned generation, const Settings& settings) {
    std::unique_ptr<Preloader>& preloader = preloader_of(generation);
    if (!preloader) {
        const TimePoint now = Clock::now();
        if (now < preload_not_before_) {
            wake_by(preload_not_before_);
            return false;
        }
        const pid_t master = ::getpid();
        preloader = std::make_unique<Preloader>(
            [this, &settings] { preload(settings); },
            [this, &settings, master](const Preloader::Order& order,
                                      std::vector<UniqueFd> sockets) {
                run_preloaded_worker(settings, order, std::move(sockets), master);
            });
        log_.info("Preloading the application in pid: {}", preloader->pid());
    }
    if (preloader->is_ready()) return true;
    wake_by(Clock::now() + kLoadingLook);
    return false;
}

pid_t Arbiter::fork_preloaded(
    unsigned slot, unsigned generation, const Settings& settings, ScoreLine& line, int channel) {
    std::vector<int> sockets = listeners_.descriptors(slot, settings.bind);
    const Bequest bequest = process_.bequest();
    sockets.insert(sockets.end(), bequest.descriptors.begin(), bequest.descriptors.end());
    sockets.push_back(channel);
    Preloader::Order order{slot, &line, bequest.descriptors.size(), bequest.numbers.size()};
    std::ranges::copy(bequest.numbers, order.number.begin());
    return preloader_of(generation)->fork_worker(order, sockets);
}

/// An application that does not load is treated as one that does not start.
void Arbiter::watch_preloaders() {
    if (reload_ && reload_->preloader && reload_->preloader->failure()) {
        return abort_reload(describe_preload_failure(*reload_->preloader->failure()));
    }
    if (!preloader_ || !preloader_->failure()) return;
    const Preloader::Failure failure = *preloader_->failure();
    preloader_.reset();
    const std::string what = describe_preload_failure(failure);
    if (!table_.is_anybody_serving()) return halt(failure.exit_code, what);
    log_.error("{}", what);
    preload_not_before_ = Clock::now() + kPauseAfterFailure;
}

std::string Arbiter::describe_preload_failure(const Preloader::Failure& failure) {
    if (failure.exit_code == exit_codes::kConfiguration) return failure.reason;
    const bool is_unloadable = failure.exit_code == exit_codes::kApplicationLoad;
    return (is_unloadable ? "The application cannot be loaded: "
                          : "The application does not start: ") +
           failure.reason;
}

}  // namespace indrik::supervisor
