#include "indrik/sessions/file_storage.hpp"

#include <system_error>
#include <utility>

#include <asio/this_coro.hpp>

#include "indrik/core/cancellation.hpp"
#include "indrik/core/sleep.hpp"
#include "indrik/sessions/payload.hpp"
#include "indrik/web/application.hpp"

namespace indrik::sessions {
namespace {

std::optional<SessionFolder::Entry> load_entry(const SessionFolder* folder, std::string identity) {
    return folder->load(identity);
}

/// Save::Done for a new session.
Save store_entry(const SessionFolder* folder,
                 std::string identity,
                 std::uint64_t version,
                 SessionFolder::Entry entry,
                 Time expires) {
    if (version != 0) return folder->replace(identity, version, entry, expires);
    folder->insert(identity, entry, expires);
    return Save::Done;
}

bool erase_entry(const SessionFolder* folder, std::string identity) {
    return folder->erase(identity);
}

/// Takes the right to sweep if it is free, and sweeps.
UniqueFd sweep(const SessionFolder* folder, UniqueFd right, Time now) {
    if (!right) right = folder->try_become_sweeper();
    if (right) folder->sweep(now);
    return right;
}

}  // namespace

FileStorage::FileStorage(std::filesystem::path folder, const FileOptions& options)
    : folder_(std::move(folder)), options_(options) {}

FileStorage::~FileStorage() = default;

void FileStorage::attach(web::Application& app, const Options& options) {
    session_options_ = options;
    app.on_startup().append([this](web::Application&) { return begin(); });
    app.on_cleanup().append([this](web::Application&) { return end(); });
}

Task<> FileStorage::begin() {
    folder_.make();
    const LoopExecutor executor = co_await asio::this_coro::executor;
    sweeping_.emplace(executor);
    sweeping_->spawn(sweep_for_ever());
}

Task<> FileStorage::end() {
    if (sweeping_) {
        sweeping_->cancel();
        try {
            co_await sweeping_->join();
        } catch (const std::system_error& error) {
            if (!is_cancelled(error)) throw;
        }
        sweeping_.reset();
    }
    if (pool_) {
        co_await pool_->close();
        pool_.reset();
    }
}

Task<ThreadPoolExecutor*> FileStorage::pool() {
    if (!pool_) {
        const LoopExecutor executor = co_await asio::this_coro::executor;
        pool_ = std::make_unique<ThreadPoolExecutor>(executor);
    }
    co_return pool_.get();
}

Task<> FileStorage::sweep_for_ever() {
    ThreadPoolExecutor* const threads = co_await pool();
    const SessionFolder* const folder = &folder_;
    UniqueFd right;
    while (true) {
        try {
            const Time now = session_options_.now();
            right = co_await run_in_executor(*threads, sweep, folder, std::move(right), now);
        } catch (const std::system_error& error) {
            if (is_cancelled(error)) throw;
            right = UniqueFd();  // who uses the folder will say what is wrong with it
        }
        co_await sleep_for(options_.sweep_interval());
    }
}

Task<Load> FileStorage::load(Record& record) {
    if (!is_identity(record.cookie)) co_return Load::Malformed;
    ThreadPoolExecutor* const threads = co_await pool();
    const SessionFolder* const folder = &folder_;
    auto entry = co_await run_in_executor(*threads, load_entry, folder, record.cookie);
    if (!entry) co_return Load::Unknown;
    record.identity = record.cookie;
    record.version = entry->version;
    record.saved = entry->saved;
    co_return parse_payload(entry->text, record) ? Load::Found : Load::Unreadable;
}

Task<Save> FileStorage::save(Record& record) {
    ThreadPoolExecutor* const threads = co_await pool();
    const SessionFolder* const folder = &folder_;
    if (record.identity.empty()) record.version = 0;
    const std::string identity = record.identity.empty() ? new_identity() : record.identity;
    SessionFolder::Entry entry;
    entry.version = record.version + 1;
    entry.saved = record.saved;
    entry.text = format_payload(record);
    const std::uint64_t version = record.version;
    const Time expires = record.expires;
    const Save outcome = co_await run_in_executor(
        *threads, store_entry, folder, identity, version, std::move(entry), expires);
    if (outcome == Save::Done) {
        record.identity = identity;
        ++record.version;
    }
    record.cookie = record.identity;
    co_return outcome;
}

Task<bool> FileStorage::erase(Record& record) {
    ThreadPoolExecutor* const threads = co_await pool();
    const SessionFolder* const folder = &folder_;
    const bool was_there = co_await run_in_executor(*threads, erase_entry, folder, record.identity);
    co_return was_there;
}

std::shared_ptr<Storage> files(std::filesystem::path folder, const FileOptions& options) {
    return std::make_shared<FileStorage>(std::move(folder), options);
}

}  // namespace indrik::sessions
