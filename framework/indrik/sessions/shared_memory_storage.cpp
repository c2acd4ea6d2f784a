#include "indrik/sessions/shared_memory_storage.hpp"

#include <cstring>
#include <stdexcept>

#include "indrik/core/encoding.hpp"
#include "indrik/sessions/options.hpp"
#include "indrik/sessions/payload.hpp"
#include "indrik/web/application.hpp"

namespace indrik::sessions {
namespace {

constexpr std::size_t kDirectoryBytes = 8192;  // what SharedMemory needs for itself, at most

/// Nothing for what new_identity() never made.
std::optional<SessionTable::Identity> parse_identity(std::string_view text) {
    const auto bytes = base64url_decode(text);
    SessionTable::Identity identity{};
    if (!is_identity(text) || !bytes || bytes->size() != sizeof(identity)) return std::nullopt;
    std::memcpy(identity.data(), bytes->data(), sizeof(identity));
    return identity;
}

}  // namespace

void SharedMemoryStorage::attach(web::Application& app, const Options& options) {
    std::string region = "sessions " + options.cookie_name() + ' ' +
                         std::to_string(shape_.sessions) + ' ' +
                         std::to_string(shape_.session_bytes);
    app.on_startup().append(
        [this, region = std::move(region)](web::Application& running) -> Task<> {
            if (const web::SharedMemory* const memory = running.find(web::kSharedMemory))
                use(*memory, region);
            co_return;
        });
}

void SharedMemoryStorage::use(const web::SharedMemory& memory, const std::string& region) {
    const std::size_t size = SessionTable::size_bytes(shape_);
    const auto bytes = memory.region(region, size);
    if (bytes.empty()) {
        throw std::runtime_error("the supervisor's shared memory has no room for " +
                                 std::to_string(shape_.sessions) + " sessions of " +
                                 std::to_string(shape_.session_bytes) + " bytes (" +
                                 std::to_string(size >> 20) + " MiB)");
    }
    memory_ = memory;
    table_.emplace(bytes, shape_);
}

SessionTable& SharedMemoryStorage::table() {
    if (!table_)
        use(web::SharedMemory(SessionTable::size_bytes(shape_) + kDirectoryBytes), "sessions");
    return *table_;
}

Task<Load> SharedMemoryStorage::load(Record& record) {
    const auto identity = parse_identity(record.cookie);
    if (!identity) co_return Load::Malformed;
    const auto entry = table().load(*identity);
    if (!entry) co_return Load::Unknown;
    record.identity = record.cookie;
    record.version = entry->version;
    record.saved = entry->saved;
    co_return parse_payload(entry->data, record) ? Load::Found : Load::Unreadable;
}

Task<Save> SharedMemoryStorage::save(Record& record) {
    const std::string text = format_payload(record);
    Save outcome = Save::Done;
    if (record.identity.empty()) {
        std::string fresh = new_identity();
        record.version = table().insert(*parse_identity(fresh), text, record.saved, record.expires);
        record.identity = std::move(fresh);
    } else {
        const auto identity = parse_identity(record.identity);
        outcome = table().replace(*identity, record.version, text, record.saved, record.expires);
    }
    record.cookie = record.identity;
    co_return outcome;
}

Task<bool> SharedMemoryStorage::erase(Record& record) {
    const auto identity = parse_identity(record.identity);
    co_return identity&& table().erase(*identity);
}

std::shared_ptr<Storage> shared_memory(const SharedMemoryOptions& options) {
    return std::make_shared<SharedMemoryStorage>(options);
}

}  // namespace indrik::sessions
