#pragma once
// The master: starts workers, watches them, replaces them, and ends with them.
//
//   WebWorker worker;
//   Arbiter arbiter(SettingsLoader(arguments, Program::Indrik), worker);
//   return arbiter.run();
//
// One thread, one loop around poll(), no Asio and no application code: whatever happens here, fork is safe. Signals and
// workers that became ready wake the loop; it then compares what is with what should be, and acts on the difference.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "indrik/core/logging.hpp"
#include "indrik/core/unique_fd.hpp"
#include "supervisor/arbiter/announcer.hpp"
#include "supervisor/arbiter/books.hpp"
#include "supervisor/arbiter/crash_loop.hpp"
#include "supervisor/arbiter/loans.hpp"
#include "supervisor/arbiter/master_link.hpp"
#include "supervisor/arbiter/master_metrics.hpp"
#include "supervisor/arbiter/poll_set.hpp"
#include "supervisor/arbiter/preloader.hpp"
#include "supervisor/arbiter/scoreboard.hpp"
#include "supervisor/arbiter/signals.hpp"
#include "supervisor/arbiter/upgrade.hpp"
#include "supervisor/arbiter/worker_table.hpp"
#include "supervisor/config/sources.hpp"
#include "supervisor/listeners/listeners.hpp"
#include "supervisor/system/pid_file.hpp"
#include "supervisor/worker/worker_process.hpp"

namespace indrik::supervisor {

class ArbiterControl;
class Reloader;

class Arbiter {
public:
    /// Reads the settings, changes the folder, opens the log, takes over inherited sockets. `process` outlives the arbiter, and
    /// so does `report`, which may be null; `invocation` says how to start the program anew for an upgrade.
    /// Errors: ConfigError.
    Arbiter(SettingsLoader loader,
            WorkerProcess& process,
            Invocation invocation = {},
            Hooks hooks = {},
            StartReport* report = nullptr);
    ~Arbiter();

    /// Returns the exit code when all workers have ended. Errors: ConfigError from the start.
    int run();

    /// Why run() returned a code other than 0.
    const std::string& failure() const { return failure_; }
    const Settings& settings() const { return settings_; }

private:
    friend class ArbiterControl;

    // arbiter.cpp: the loop, and what each signal does.
    void open_listeners();
    Settings load_settings();
    void open_sockets(const Settings& settings);
    void wait_for_events(PollSet& set);
    void handle_sources(const PollSet& set);
    void wake_by(TimePoint time);
    void handle_signals();
    void handle_signal(int number);
    void handle_term();
    void handle_quit();
    void handle_hup();
    void handle_ttin();
    void handle_ttou();
    void handle_usr1();
    void handle_winch();
    void stop(int signal);
    void halt(int exit_code, std::string reason);
    bool is_finished() const { return is_stopping_ && table_.empty() && !waits_for_successor(); }

    // workers.cpp: their births and deaths.
    void manage_workers();
    void scale();
    void spawn_missing(unsigned generation, const Settings& settings, unsigned count);
    bool may_boot(TimePoint now);
    void spawn(unsigned slot, unsigned generation, const Settings& settings);
    [[noreturn]] void run_worker(
        unsigned slot, const Settings& settings, ScoreLine& line, UniqueFd channel, pid_t master);
    void retire_surplus();
    void retire(Worker& worker, int signal);
    void become_child();
    void notice_ready_workers();
    void reap_workers();
    void worker_died(const Worker& worker, int status);
    void log_death(const Worker& worker, int status) const;
    void boot_failed(const Worker& worker, int exit_code, const std::string& reason);
    void note_death(const Worker& worker);
    void murder_workers();
    void note_silence(Worker& worker, TimePoint now);
    void abort_if_silent(Worker& worker, TimePoint now);

    // service.cpp: every connection has somebody who accepts it.
    void arrange_service();
    std::vector<bool> served_slots();
    void steer_connections(const std::vector<bool>& served);
    void lend_slots(const std::vector<bool>& served);
    bool needs_loan(unsigned slot);
    void lend(unsigned slot);
    unsigned wanted_slots() const;
    void close_emptied_slots();

    // recycling.cpp: workers that wish to be replaced.
    void recycle_workers();

    // succession.cpp: a new master beside the old one.
    void handle_usr2();
    void watch_upgrade();
    void watch_successor();
    void watch_predecessor();
    MasterLink::Kind listen_to(const MasterLink& link);
    void tell_of_fork();
    void upgrade_failed();
    void become_mere_parent();
    const char* obstacle_to_upgrade() const;
    void hand_over();
    void successor_died(int status);
    bool waits_for_successor() const;
    bool pass_on(int number);
    std::string initial_pid_path() const;
    void take_pid_file();
    void take_metrics_address();

    // announce.cpp: what others are told.
    ArbiterState state();
    void announce();

    // preloading.cpp: workers from a process that has loaded the application.
    std::unique_ptr<Preloader>& preloader_of(unsigned generation);
    void preload(const Settings& settings);
    [[noreturn]] void run_preloaded_worker(const Settings& settings,
                                           const Preloader::Order& order,
                                           std::vector<UniqueFd> received,
                                           pid_t master);
    bool is_preloaded(unsigned generation, const Settings& settings);
    pid_t fork_preloaded(
        unsigned slot, unsigned generation, const Settings& settings, ScoreLine& line, int channel);
    void watch_preloaders();
    static std::string describe_preload_failure(const Preloader::Failure& failure);

    // reload.cpp: a new generation beside the old one.
    void begin_reload();
    Settings load_changed_settings();
    void apply_log_settings(const Settings& settings);
    void finish_reload_when_ready();
    void abort_reload(const std::string& reason);
    void trim_listeners();
    void reload_ended(const std::string& error);

    // control_target.cpp
    void attach_control();

    // attach_reloader.cpp
    void attach_reloader();
    ReloadContext reload_context(unsigned generation) const;

    /// A reload under way: the new generation boots, the old one serves.
    struct Reload {
        unsigned generation;
        Settings settings;
        std::unique_ptr<Preloader> preloader = nullptr;
    };

    /// Slots that are being emptied before they close.
    struct Closing {
        unsigned down_to;
        TimePoint since;
    };

    SettingsLoader loader_;
    WorkerProcess& process_;
    Invocation invocation_;
    Settings settings_;
    std::unique_ptr<ErrorLog> error_log_;
    Logger log_;
    SignalQueue signals_;
    UniqueFd wakeup_;  // an eventfd that workers write to
    Scoreboard scoreboard_;
    std::optional<PidFile> pid_file_;
    Listeners listeners_;
    unsigned inherited_slots_ = 0;         // from an old master
    std::vector<Address> inherited_bind_;  // from systemd; they take the place of --bind
    WorkerTable table_;
    Announcer announcer_;
    Loans loans_;
    CrashLoop crash_loop_;
    std::optional<Closing> closing_;
    std::optional<Successor> successor_;
    std::string successor_failure_;  // what it said
    std::optional<Predecessor> predecessor_;
    MasterMetrics metrics_;
    Books books_;
    std::unique_ptr<ArbiterControl> control_;
    std::vector<std::unique_ptr<PollSource>> sources_;  // what else the loop looks after
    Reloader* reloader_ = nullptr;                      // one of them
    bool is_first_of_reloads_ = false;  // of a program that reloads itself by changing masters

    unsigned generation_ = 1;  // the one that should serve
    unsigned last_generation_ = 1;
    unsigned target_ = 0;  // workers that there should be; none: at rest, after SIGWINCH
    int scale_by_ = 0;     // TTIN and TTOU that wait for the end of a reload
    std::optional<Reload> reload_;
    std::unique_ptr<Preloader> preloader_;  // of the generation that should serve
    TimePoint preload_not_before_{};
    bool is_reload_wanted_ = false;  // HUP during a reload
    bool was_ever_ready_ = false;

    bool is_stopping_ = false;
    int exit_code_ = 0;
    std::string failure_;

    TimePoint wake_at_{};
    TimePoint last_watch_{};
    TimePoint awake_since_{};
};

}  // namespace indrik::supervisor
