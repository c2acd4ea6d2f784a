#pragma once
// Sessions in files of a folder: they survive restarts, and all processes that see the folder share them.
//
//   sessions::setup(app, sessions::files("/var/lib/shop/sessions"));
//
// One worker of the host removes what has expired. What files are like: session_folder.hpp.

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "indrik/core/task_group.hpp"
#include "indrik/core/thread_executor.hpp"
#include "indrik/core/unique_fd.hpp"
#include "indrik/sessions/options.hpp"
#include "indrik/sessions/session_folder.hpp"
#include "indrik/sessions/storage.hpp"

namespace indrik::sessions {

/// Every setter returns the object.
class FileOptions {
public:
    /// How often expired files are looked for; every ten minutes unless said otherwise.
    FileOptions& sweep_interval(std::chrono::milliseconds time) {
        return sweep_interval_ = time, *this;
    }
    std::chrono::milliseconds sweep_interval() const { return sweep_interval_; }

private:
    std::chrono::milliseconds sweep_interval_ = std::chrono::minutes(10);
};

class FileStorage final : public Storage {
public:
    FileStorage(std::filesystem::path folder, const FileOptions& options);
    ~FileStorage() override;

    /// Errors at start-up: std::system_error if the folder cannot be made or used.
    void attach(web::Application& app, const Options& options) override;
    Task<Load> load(Record& record) override;
    Task<Save> save(Record& record) override;
    Task<bool> erase(Record& record) override;

    /// What on_startup and on_cleanup do.
    Task<> begin();
    Task<> end();

private:
    /// Made when first needed: a loop has its own.
    Task<ThreadPoolExecutor*> pool();
    Task<> sweep_for_ever();

    SessionFolder folder_;
    FileOptions options_;
    Options session_options_;
    std::unique_ptr<ThreadPoolExecutor> pool_;
    std::optional<TaskGroup> sweeping_;
};

std::shared_ptr<Storage> files(std::filesystem::path folder, const FileOptions& options = {});

}  // namespace indrik::sessions
