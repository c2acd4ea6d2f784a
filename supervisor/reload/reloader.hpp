#pragma once
// --reload: watches files, runs the command, tries the module, and asks for a reload when all is well.
//
//   idle ── something changed, and has been quiet for a moment ── sources: the command ── failed: say so, wait
//     │                                                             │
//     │                                                             └── the module is another one: a trial ── failed: say so, wait
//     │                                                                                                │
//     └── generation reloaded, or not ── the arbiter's reload ── a new generation loads the copy ──────┘
//
// Where the application is the program itself (indrik::run), the trial is the new program with --check-config, and the reload a change
// of masters.

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "indrik/core/logging.hpp"
#include "supervisor/arbiter/poll_set.hpp"
#include "supervisor/arbiter/upgrade.hpp"
#include "supervisor/config/settings.hpp"
#include "supervisor/reload/change_watch.hpp"
#include "supervisor/reload/child.hpp"
#include "supervisor/reload/module_image.hpp"
#include "supervisor/reload/notice.hpp"
#include "supervisor/worker/worker_process.hpp"

namespace indrik::supervisor {

class Reloader final : public PollSource {
public:
    /// What the reloader wants of the arbiter.
    struct Host {
        std::function<void()> reload;    // as SIGHUP
        std::function<void()> in_child;  // in a fresh child: closes what belongs to the master
        // Where the application is the program itself, which only another process can load anew: how it was started, and to start it
        // once more in the place of this one. False: not now.
        const Invocation* program = nullptr;
        std::function<bool()> change_program = {};
    };

    /// Lifetime: settings (those in force, which may change) and process outlive it. Errors: ConfigError.
    Reloader(const Settings& settings, WorkerProcess& process, Host host, Logger log);

    void add_to(PollSet& set) override;
    bool handle(const PollSet& set) override;
    void abandon() override;

    /// A generation is about to be forked: it gets its copy of the module.
    void generation_begins(unsigned generation, const Settings& settings);
    /// An empty error: the last generation that began serves. Otherwise it is gone, or never began.
    void reload_ended(const std::string& error);
    /// For a worker of a generation. Lifetime: as long as the generation.
    ReloadContext context(unsigned generation) const;
    /// False: this was none of our children.
    bool child_ended(pid_t pid, int status);

private:
    enum class Stage { Idle, Command, Trial, Reload };
    enum class Failure { Command, Module, Reload };

    const std::string& module() const { return watch_.list().module; }
    bool has_module() const { return watch_.snapshot().files.contains(module()); }

    void look_at_disk();
    void step();
    void run_command();
    void command_ended(int status);
    void try_module();
    void copy_and_try_module();
    void start_trial_of_program();
    void change_program();
    void start_trial(std::shared_ptr<const ModuleImage> image, bool is_for_reload);
    void begin_trial(bool is_for_reload);
    void trial_ended(int status);
    const char* old_one() const;
    void learn_folders(std::string_view output);
    void ask_for_reload();
    bool is_too_often(TimePoint now);
    void fail(Failure what, std::string text);
    void succeed(Failure what);
    void show_notice();

    const Settings& settings_;
    WorkerProcess& process_;
    Host host_;
    Logger log_;
    ReloadNotice notice_;

    ChangeWatch watch_;
    std::size_t child_index_ = 0;

    Stage stage_ = Stage::Idle;
    bool has_new_sources_ = false;
    bool has_new_module_ = false;
    bool has_new_content_ = false;
    std::string example_;  // of what has changed
    std::optional<TimePoint> incomplete_since_;
    TimePoint not_before_{};  // the next try
    std::deque<TimePoint> recent_;
    bool wants_turn_ = false;

    Child child_;
    TimePoint child_deadline_{};
    bool is_trial_for_reload_ = false;
    bool is_program_approved_ = false;
    std::shared_ptr<const ModuleImage> tried_;     // in the trial
    std::shared_ptr<const ModuleImage> approved_;  // for the next generation
    std::shared_ptr<const ModuleImage> current_;
    std::map<unsigned, std::shared_ptr<const ModuleImage>> images_;  // by generation
    unsigned newest_ = 1;
    bool is_reloading_ = false;  // the arbiter is
    std::map<Failure, std::string> failures_;
};

}  // namespace indrik::supervisor
