#pragma once
// Sessions in memory that the workers of one host share. They outlive workers and reloads, and end with the master.
//
//   sessions::setup(app, sessions::shared_memory());
//
// The memory is the supervisor's (web::SharedMemory); without one, the sessions are this process's alone. How it is safe against
// workers that die: session_table.hpp.

#include <memory>
#include <optional>
#include <string>

#include "indrik/sessions/session_table.hpp"
#include "indrik/sessions/storage.hpp"
#include "indrik/web/shared_memory.hpp"

namespace indrik::sessions {

/// Every setter returns the object.
class SharedMemoryOptions {
public:
    /// How many sessions there are room for; 10 000 unless said otherwise. Then the least recently used one goes.
    SharedMemoryOptions& sessions(std::size_t count) { return shape_.sessions = count, *this; }
    /// How large one of them may be, as JSON; 2 KiB unless said otherwise. Larger ones are errors.
    SharedMemoryOptions& session_bytes(std::size_t bytes) {
        return shape_.session_bytes = bytes, *this;
    }

    const SessionTable::Shape& shape() const { return shape_; }

private:
    SessionTable::Shape shape_;
};

class SharedMemoryStorage final : public Storage {
public:
    explicit SharedMemoryStorage(const SharedMemoryOptions& options) : shape_(options.shape()) {}

    /// Errors at start-up: std::runtime_error if the supervisor's memory has no room.
    void attach(web::Application& app, const Options& options) override;
    Task<Load> load(Record& record) override;
    Task<Save> save(Record& record) override;
    Task<bool> erase(Record& record) override;

    /// Takes that memory. Called at start-up.
    void use(const web::SharedMemory& memory, const std::string& region);

private:
    SessionTable& table();

    SessionTable::Shape shape_;
    std::optional<web::SharedMemory> memory_;  // keeps the mapping
    std::optional<SessionTable> table_;
};

std::shared_ptr<Storage> shared_memory(const SharedMemoryOptions& options = {});

}  // namespace indrik::sessions
