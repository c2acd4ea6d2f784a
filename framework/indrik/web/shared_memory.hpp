#pragma once
// Memory that all workers of a host share: counters that are to count together. The supervisor makes it before it forks, and
// puts it into every worker's application.
//
//   const web::SharedMemory* memory = app.find(web::kSharedMemory);       // null without the supervisor
//   if (memory != nullptr) auto bytes = memory->region("my counters", 4096);
//
// Regions are zero at first. A worker may die at any moment, so what is in them is changed by single atomic operations. They
// outlive their makers, and end with the supervisor.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "indrik/web/app_key.hpp"

namespace indrik::web {

class Application;

/// A handle: copies are the same memory. Lifetime: the mapping lives as long as the last of them.
class SharedMemory {
public:
    static constexpr std::size_t kDefaultBytes = 256 * 1024 * 1024;  // of addresses, not of memory

    /// Pages are taken from the system when they are first used. Errors: std::system_error.
    explicit SharedMemory(std::size_t size_bytes = kDefaultBytes);

    /// The part of that name and size, the same in all processes: whoever comes first makes it. Empty when there is no room, or
    /// for more than 48 regions. Starts at a page.
    std::span<std::byte> region(std::string_view name, std::size_t size_bytes) const;
    /// 32 random bytes, the same in all workers: to derive keys from.
    std::string_view secret() const;

private:
    struct Mapping;
    std::shared_ptr<Mapping> mapping_;
};

/// Where the supervisor puts it.
extern const AppKey<SharedMemory> kSharedMemory;

/// Numbers of a region, or the process's own where no memory is shared.
class SharedWords {
public:
    using Word = std::atomic<std::uint64_t>;

    SharedWords(std::string name, std::size_t count) : name_(std::move(name)), count_(count) {}
    /// All of them; zero at first. Decided at the first call.
    std::span<Word> words(const Application& application);

private:
    std::string name_;
    std::size_t count_;
    std::vector<Word> own_;
    std::span<Word> words_;
};

/// A key for `purpose` that all workers agree on; without shared memory a random one.
std::string shared_key(const Application& application, std::string_view purpose);

}  // namespace indrik::web
