#include "supervisor/reload/reloader.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "supervisor/arbiter/exit_codes.hpp"
#include "supervisor/arbiter/signals.hpp"
#include "supervisor/config/errors.hpp"

namespace indrik::supervisor {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr auto kRetry = 200ms;          // while a module is being written
constexpr auto kLongestWriting = 5s;    // then what is there counts
constexpr auto kLongestTrial = 30s;     // of the module's factory
constexpr auto kOften = 30s;            // so many reloads in so much time
constexpr std::size_t kOftenCount = 8;  // are a loop
constexpr auto kBreak = 10s;            // which is interrupted for so long

std::string absolute(const std::string& path) {
    std::error_code ignored;
    std::string text = std::filesystem::absolute(path, ignored).lexically_normal().string();
    while (text.size() > 1 && text.ends_with('/')) text.pop_back();
    return text;
}

std::string module_path(const std::string& application) {
    return application.empty() ? "" : absolute(application.substr(0, application.rfind(':')));
}

std::string describe_end(int status) {
    if (WIFSIGNALED(status)) return "it was killed by " + signal_name(WTERMSIG(status));
    return fmt::format("exit code {}", WEXITSTATUS(status));
}

WatchList watch_list(const Settings& settings, const Invocation* program) {
    WatchList list;
    list.module = program != nullptr ? program->program : module_path(settings.application);
    for (const std::string& glob : settings.reload_extra_file)
        list.globs.emplace_back(absolute(glob));
    if (!settings.reload_command.empty()) {
        for (const std::string& folder : settings.reload_dir)
            list.source_roots.push_back(absolute(folder));
        if (list.source_roots.empty()) list.source_roots.push_back(absolute("."));
    } else if (!settings.reload_dir.empty()) {
        throw ConfigError(
            "--reload-dir: it needs a --reload-command to be run when files in it change");
    }
    return list;
}

/// Whether the file is what this process runs; it may have been replaced since it was started.
bool is_running_program(const std::string& path) {
    std::error_code error;
    return std::filesystem::equivalent("/proc/self/exe", path, error);
}

bool is_success(int status) {
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t size = ::write(fd, text.data(), text.size());
        if (size < 0 && errno != EINTR) return;
        if (size > 0) text.remove_prefix(static_cast<std::size_t>(size));
    }
}

}  // namespace

Reloader::Reloader(const Settings& settings, WorkerProcess& process, Host host, Logger log)
    : settings_(settings),
      process_(process),
      host_(std::move(host)),
      log_(std::move(log)),
      watch_(watch_list(settings, host_.program), settings.reload_engine, log_) {
    if (host_.program != nullptr) {
        has_new_module_ = has_module() && !is_running_program(module());
    } else if (!module().empty()) {
        try {
            current_ = ModuleImage::copy(module());
        } catch (const ImageError&) {
            // The workers load what is there, and say what is wrong.
        }
    }
    images_[newest_] = current_;
    start_trial(current_, false);  // which folders there are
}

void Reloader::add_to(PollSet& set) {
    watch_.add_to(set, stage_ == Stage::Idle);
    child_index_ = static_cast<std::size_t>(-1);
    if (child_.fd() >= 0) child_index_ = set.add(child_.fd(), POLLIN);
    if (stage_ == Stage::Trial) set.wake_by(child_deadline_);
    // What could be done by now has been done, or waits for something else.
    if (not_before_ > Clock::now()) set.wake_by(not_before_);
}

bool Reloader::handle(const PollSet& set) {
    wants_turn_ = false;
    const TimePoint now = Clock::now();
    watch_.notice(set, stage_ == Stage::Idle);
    if (set.ready(child_index_) != 0) {
        const std::string fresh = child_.read();
        if (stage_ == Stage::Command) write_all(STDERR_FILENO, fresh);
    }
    if (stage_ == Stage::Trial && now >= child_deadline_ && child_.is_there())
        ::kill(-child_.pid(), SIGKILL);
    if (stage_ == Stage::Idle && watch_.is_due()) look_at_disk();
    if (stage_ == Stage::Idle) step();
    return wants_turn_;
}

void Reloader::abandon() {
    watch_.abandon();
    child_.abandon();
}

void Reloader::look_at_disk() {
    const std::vector<FileChange> changes = watch_.look();
    if (changes.empty()) return;
    example_ = changes.front().path;
    if (changes.size() > 1) example_ += fmt::format(" and {} more", changes.size() - 1);
    for (const FileChange& change : changes) {
        if (change.kind == FileKind::Source) has_new_sources_ = true;
        if (change.kind == FileKind::Content) has_new_content_ = true;
        if (change.kind == FileKind::Module) {
            has_new_module_ = has_module();
            if (!has_new_module_) log_.warning("Reload: {} is gone; waiting for it", change.path);
            incomplete_since_.reset();
        }
    }
    // A module that loads but did not start may do so with what is new now.
    if (has_new_content_ && failures_.contains(Failure::Reload)) has_new_module_ = has_module();
}

// One thing after the other: the command, the module, the rest.
void Reloader::step() {
    const TimePoint now = Clock::now();
    if (is_reloading_ || now < not_before_) return;
    if (has_new_sources_) return run_command();
    if (has_new_module_ && !failures_.contains(Failure::Command)) return try_module();
    if (is_program_approved_) return change_program();
    if (!has_new_content_ || is_too_often(now)) return;
    recent_.push_back(now);
    ask_for_reload();
}

void Reloader::run_command() {
    if (is_too_often(Clock::now())) return;
    has_new_sources_ = false;
    log_.info("Reload: {} changed; running {}", example_, settings_.reload_command);
    try {
        child_ = Child::run_shell(settings_.reload_command, host_.in_child);
        stage_ = Stage::Command;
    } catch (const std::system_error& error) {
        fail(Failure::Command, error.what());
    }
}

void Reloader::command_ended(int status) {
    write_all(STDERR_FILENO, child_.read());
    stage_ = Stage::Idle;
    if (is_success(status)) {
        succeed(Failure::Command);
    } else {
        fail(Failure::Command,
             fmt::format(
                 "{}\n{}\n\n{}", settings_.reload_command, describe_end(status), child_.output()));
        log_.error("Reload: {} failed: {}", settings_.reload_command, describe_end(status));
    }
    child_ = Child();
    look_at_disk();
}

void Reloader::try_module() {
    const TimePoint now = Clock::now();
    if (!incomplete_since_) incomplete_since_ = now;
    const bool may_wait = now < *incomplete_since_ + kLongestWriting;
    if (may_wait && watch_.is_module_being_written()) {
        not_before_ = now + kRetry;
        return;
    }
    is_program_approved_ = false;
    try {
        if (host_.program != nullptr) {
            start_trial_of_program();
        } else {
            copy_and_try_module();
        }
    } catch (const ImageError& error) {
        if (error.is_incomplete() && may_wait) {
            not_before_ = now + kRetry;
            return;
        }
        has_new_module_ = false;
        incomplete_since_.reset();
        fail(Failure::Module, error.what());
        log_.error("Reload: {} goes on: {}", old_one(), error.what());
    }
}

void Reloader::copy_and_try_module() {
    std::shared_ptr<const ModuleImage> image = ModuleImage::copy(module());
    has_new_module_ = false;
    incomplete_since_.reset();
    start_trial(std::move(image), true);
}

void Reloader::start_trial_of_program() {
    check_program(module());
    has_new_module_ = false;
    incomplete_since_.reset();
    std::vector<std::string> arguments = host_.program->arguments;
    arguments.emplace_back("--check-config");
    try {
        child_ = Child::run_program(arguments, host_.program->folder, host_.in_child);
    } catch (const std::system_error& error) {
        log_.error("Reload: no trial: {}", error.what());
        return;
    }
    begin_trial(true);
}

void Reloader::change_program() {
    stage_ = Stage::Reload;  // reload_ended() ends it, perhaps at once
    wants_turn_ = true;
    if (host_.change_program()) {
        is_program_approved_ = false;
        has_new_content_ = false;
    } else {
        stage_ = Stage::Idle;
        not_before_ = Clock::now() + kRetry;
    }
}

void Reloader::start_trial(std::shared_ptr<const ModuleImage> image, bool is_for_reload) {
    const std::string path = image != nullptr ? image->path() : "";
    try {
        child_ = Child::run([&](int pipe) {
            host_.in_child();
            const TrialOutcome outcome = process_.try_out(settings_, path);
            for (const std::string& folder : outcome.folders)
                write_all(pipe, fmt::format("folder {}\n", folder));
            write_all(pipe, outcome.failure);
            return outcome.failure.empty() ? exit_codes::kSuccess : exit_codes::kApplicationLoad;
        });
    } catch (const std::system_error& error) {
        log_.error("Reload: no trial: {}", error.what());
        return;
    }
    tried_ = std::move(image);
    begin_trial(is_for_reload);
}

void Reloader::begin_trial(bool is_for_reload) {
    is_trial_for_reload_ = is_for_reload;
    child_deadline_ = Clock::now() + kLongestTrial;
    stage_ = Stage::Trial;
}

void Reloader::trial_ended(int status) {
    child_.read();
    const Child child = std::move(child_);
    const bool is_late = Clock::now() >= child_deadline_;
    stage_ = Stage::Idle;
    if (is_success(status)) {
        const bool is_of_program = host_.program != nullptr && is_trial_for_reload_;
        if (!is_of_program) learn_folders(child.output());
        if (!is_trial_for_reload_) return;
        succeed(Failure::Module);
        if (is_of_program) {
            log_.info("Reload: {} changed", example_);
            is_program_approved_ = true;
            wants_turn_ = true;
            return;
        }
        approved_ = std::move(tried_);
        return ask_for_reload();
    }
    tried_.reset();
    if (!is_trial_for_reload_) return;  // the workers say so, too
    std::string reason = child.output();
    while (reason.starts_with("folder "))
        reason.erase(0, std::min(reason.find('\n'), reason.size() - 1) + 1);
    if (is_late) reason = "its factory does not return";
    while (reason.ends_with('\n')) reason.pop_back();
    if (reason.empty()) reason = "it cannot be loaded: " + describe_end(status);
    fail(Failure::Module, reason);
    log_.error("Reload: {} goes on: {}", old_one(), reason);
}

const char* Reloader::old_one() const {
    return host_.program != nullptr ? "the old program" : "the old module";
}

void Reloader::learn_folders(std::string_view output) {
    constexpr std::string_view kWord = "folder ";
    std::vector<std::string> folders;
    while (output.starts_with(kWord)) {
        const std::size_t end = std::min(output.find('\n'), output.size());
        folders.push_back(absolute(std::string(output.substr(kWord.size(), end - kWord.size()))));
        output.remove_prefix(std::min(end + 1, output.size()));
    }
    std::ranges::sort(folders);
    folders.erase(std::unique(folders.begin(), folders.end()), folders.end());
    if (folders == watch_.list().folders) return;
    // What has changed in the others meanwhile is not to be missed, what is in the new ones is no change.
    look_at_disk();
    watch_.set_folders(std::move(folders));
    const Snapshot& snapshot = watch_.snapshot();
    log_.debug("Reload: watching {} files in {} folders{}",
               snapshot.files.size(),
               snapshot.folders.size(),
               snapshot.is_cut ? "; there are more, which are not watched" : "");
}

void Reloader::ask_for_reload() {
    has_new_content_ = false;
    log_.info("Reload: {} changed", example_);
    stage_ = Stage::Reload;
    wants_turn_ = true;
    host_.reload();
}

// An application that writes into its own folders, or a command into its sources, would go on for ever.
bool Reloader::is_too_often(TimePoint now) {
    while (!recent_.empty() && recent_.front() + kOften < now) recent_.pop_front();
    if (recent_.size() < kOftenCount) return false;
    log_.warning(
        "Reload: files keep changing ({}); the next look is in {} s", example_, kBreak / 1s);
    not_before_ = now + kBreak;
    recent_.clear();
    return true;
}

void Reloader::generation_begins(unsigned generation, const Settings& settings) {
    is_reloading_ = true;
    newest_ = generation;
    if (host_.program != nullptr) return;
    if (const std::string path = module_path(settings.application); path != module()) {
        watch_.set_module(path);
        current_.reset();
        approved_.reset();
    }
    std::shared_ptr<const ModuleImage> image = std::move(approved_);
    if (image == nullptr && stage_ == Stage::Reload) image = current_;
    if (image == nullptr && !module().empty()) {
        // By an operator's signal: what is on the disk.
        try {
            image = ModuleImage::copy(module());
        } catch (const ImageError& error) {
            log_.warning("Reload: {}", error.what());
        }
    }
    images_[generation] = std::move(image);
}

void Reloader::reload_ended(const std::string& error) {
    approved_.reset();
    if (std::exchange(is_reloading_, false)) {
        if (error.empty()) {
            if (current_ != images_[newest_]) succeed(Failure::Module);
            current_ = images_[newest_];
            std::erase_if(images_, [this](const auto& entry) { return entry.first != newest_; });
        } else {
            images_.erase(newest_);
        }
    }
    if (stage_ == Stage::Reload) stage_ = Stage::Idle;
    if (error.empty()) {
        succeed(Failure::Reload);
    } else {
        fail(Failure::Reload, error);
    }
}

ReloadContext Reloader::context(unsigned generation) const {
    const auto found = images_.find(generation);
    const bool has_image = found != images_.end() && found->second != nullptr;
    return {has_image ? found->second->path() : "", &notice_};
}

bool Reloader::child_ended(pid_t pid, int status) {
    if (!child_.is_there() || pid != child_.pid()) return false;
    child_.ended();
    if (stage_ == Stage::Command) {
        recent_.push_back(Clock::now());
        command_ended(status);
    } else {
        trial_ended(status);
    }
    return true;
}

void Reloader::fail(Failure what, std::string text) {
    failures_[what] = std::move(text);
    show_notice();
}

void Reloader::succeed(Failure what) {
    failures_.erase(what);
    show_notice();
}

void Reloader::show_notice() {
    notice_.set(failures_.empty() ? "" : failures_.begin()->second);
}

}  // namespace indrik::supervisor
