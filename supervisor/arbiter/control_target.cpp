// The part of the arbiter that the control socket commands.
#include "supervisor/arbiter/control_target.hpp"

#include <algorithm>
#include <csignal>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "supervisor/arbiter/arbiter.hpp"
#include "supervisor/config/errors.hpp"
#include "supervisor/control/server.hpp"
#include "supervisor/control/socket_path.hpp"
#include "supervisor/system/process_usage.hpp"

namespace indrik::supervisor {
namespace {

using namespace std::chrono_literals;
using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr auto kSilence = 2s;  // a worker beats each second at least

milliseconds since(TimePoint time) {
    return std::max(duration_cast<milliseconds>(Clock::now() - time), 0ms);
}

std::string state_of(const Worker& worker) {
    if (worker.is_aborted || since(worker.line->last_beat()) > kSilence) return "silent";
    if (worker.is_retiring) return "retiring";
    return worker.ready_since ? "ready" : "booting";
}

ControlAnswer done(std::string text) {
    json::Object data;
    data["done"] = std::move(text);
    return ControlAnswer::success(std::move(data));
}

}  // namespace

void Arbiter::attach_control() {
    if (settings_.no_control_socket) return;
    try {
        auto socket = std::make_unique<ControlSocket>(control_socket_path(settings_),
                                                      settings_.control_socket_mode);
        log_.info("Control socket at: {}", socket->path());
        control_ = std::make_unique<ArbiterControl>(*this);
        sources_.push_back(std::make_unique<ControlServer>(
            std::move(socket), *control_, error_log_->logger("indrik.control")));
    } catch (const ConfigError& error) {
        // Whoever named one relies on it; the default is a convenience.
        if (!settings_.control_socket.empty()) throw;
        log_.warning("There is no control socket: {}", error.what());
    }
}

MasterReport ArbiterControl::master() {
    const Arbiter& arbiter = arbiter_;
    const ProcessUsage usage = process_usage(::getpid());
    MasterReport report;
    report.pid = ::getpid();
    report.name = instance_name(arbiter.settings_);
    report.application = arbiter.settings_.application;
    report.state = arbiter.is_stopping_ ? "stopping" : arbiter.reload_ ? "reloading" : "serving";
    report.uptime = since(arbiter.books_.started);
    report.generation = arbiter.generation_;
    report.target = arbiter.target_;
    report.serving = arbiter.table_.serving(arbiter.generation_);
    report.processes = static_cast<unsigned>(arbiter_.table_.workers().size());
    report.spawned = arbiter.books_.spawned;
    report.died = arbiter.books_.died;
    report.killed = arbiter.books_.killed;
    report.reloads = arbiter.books_.reloads;
    report.failed_reloads = arbiter.books_.failed_reloads;
    report.last_reload_error = arbiter.books_.last_reload_error;
    report.rss_bytes = usage.rss_bytes;
    report.cpu_time = usage.cpu_time;
    return report;
}

std::vector<WorkerReport> ArbiterControl::workers() {
    std::map<unsigned, std::uint64_t> queues;
    for (const Listeners::Queues& endpoint : arbiter_.listeners_.queues()) {
        for (unsigned slot = 0; slot < endpoint.waiting.size() && !endpoint.is_shared; ++slot)
            queues[slot] += endpoint.waiting[slot];
    }
    std::vector<WorkerReport> reports;
    for (const auto& [pid, worker] : arbiter_.table_.workers()) {
        const auto order = std::memory_order_relaxed;
        const ScoreLine& line = *worker.line;
        const ProcessUsage usage = process_usage(pid);
        WorkerReport report;
        report.pid = pid;
        report.slot = worker.slot;
        report.generation = worker.generation;
        report.state = state_of(worker);
        report.age = since(worker.started);
        report.beat_age = since(line.last_beat());
        report.beat_time = duration_cast<milliseconds>(line.last_beat().time_since_epoch());
        report.accepted = line.accepted.load(order);
        report.connections = line.connections.load(order);
        report.requests = line.requests.load(order);
        report.in_flight = line.in_flight.load(order);
        report.queue = queues[worker.slot];
        report.rss_bytes = usage.rss_bytes;
        report.cpu_time = usage.cpu_time;
        reports.push_back(std::move(report));
    }
    // Pids order the workers of one slot.
    std::ranges::sort(reports, [](const WorkerReport& left, const WorkerReport& right) {
        return std::tie(left.slot, left.pid) < std::tie(right.slot, right.pid);
    });
    return reports;
}

std::vector<ListenerReport> ArbiterControl::listeners() {
    std::vector<ListenerReport> reports;
    const bool is_encrypted = !arbiter_.settings_.certfile.empty();
    for (const Listeners::Queues& endpoint : arbiter_.listeners_.queues(is_encrypted)) {
        reports.push_back(
            {endpoint.url,
             static_cast<unsigned>(endpoint.waiting.size()),
             std::accumulate(endpoint.waiting.begin(), endpoint.waiting.end(), std::uint64_t{0})});
    }
    return reports;
}

std::vector<ConfigReport> ArbiterControl::config() {
    const Settings& settings = arbiter_.settings_;
    std::vector<ConfigReport> reports;
    for (const Setting& setting : settings_table()) {
        ConfigReport report{
            std::string(setting.name()), std::string(setting.default_value), "default"};
        const auto given = settings.texts.find(setting.name());
        if (given != settings.texts.end()) {
            report.value = setting.repeatable ? fmt::format("{}", fmt::join(given->second, ", "))
                                              : given->second.back();
            report.source = settings.sources.at(setting.name());
        }
        reports.push_back(std::move(report));
    }
    return reports;
}

Pending ArbiterControl::reload() {
    if (arbiter_.is_stopping_) {
        return [] { return ControlAnswer::failure("the master is shutting down"); };
    }
    // One that is under way has read its settings already: ours is the one after it.
    const std::uint64_t number = arbiter_.books_.ended_reloads() + (arbiter_.reload_ ? 2 : 1);
    arbiter_.handle_hup();
    return [this, number] { return reload_answer(number); };
}

std::optional<ControlAnswer> ArbiterControl::reload_answer(std::uint64_t number) const {
    if (const auto error = arbiter_.books_.outcome(number)) {
        if (!error->empty()) return ControlAnswer::failure(*error);
        return done(fmt::format("generation {} serves", arbiter_.generation_));
    }
    if (arbiter_.is_stopping_) return ControlAnswer::failure("the master is shutting down");
    return {};
}

unsigned ArbiterControl::wanted_workers() {
    const unsigned base = arbiter_.reload_ ? arbiter_.reload_->settings.workers : arbiter_.target_;
    return static_cast<unsigned>(std::max(static_cast<int>(base) + arbiter_.scale_by_, 1));
}

Pending ArbiterControl::scale(unsigned workers) {
    arbiter_.scale_by_ += static_cast<int>(workers) - static_cast<int>(wanted_workers());
    const std::uint64_t failures = arbiter_.books_.boot_failures;
    return [this, workers, failures] { return scale_answer(workers, failures); };
}

std::optional<ControlAnswer> ArbiterControl::scale_answer(unsigned workers,
                                                          std::uint64_t failures) const {
    if (arbiter_.is_stopping_) return ControlAnswer::failure("the master is shutting down");
    if (arbiter_.scale_by_ != 0 || arbiter_.reload_) return {};
    if (arbiter_.target_ != workers) {
        return ControlAnswer::failure(
            fmt::format("there are to be {} workers; the log says why", arbiter_.target_));
    }
    if (arbiter_.books_.boot_failures != failures) {
        return ControlAnswer::failure(arbiter_.books_.last_boot_failure);
    }
    const bool is_done = arbiter_.table_.serving(arbiter_.generation_) == workers &&
                         arbiter_.table_.workers().size() == workers;
    if (!is_done) return {};
    return done(fmt::format("{} workers serve", workers));
}

void ArbiterControl::reopen_logs() {
    arbiter_.handle_usr1();
}

bool ArbiterControl::signal_worker(pid_t pid, int number) {
    return arbiter_.table_.find(pid) != nullptr && ::kill(pid, number) == 0;
}

void ArbiterControl::shut_down(bool is_quick) {
    if (is_quick) {
        arbiter_.handle_quit();
    } else {
        arbiter_.handle_term();
    }
}

}  // namespace indrik::supervisor
