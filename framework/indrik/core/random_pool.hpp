#pragma once
// Random bytes for many small uses (nonces, initialisation vectors), taken from the system's generator in batches.
//
//   RandomPool pool;
//   pool.fill(nonce);     // some nanoseconds, where fill_random() is a system call

#include <cstddef>
#include <span>
#include <string>

namespace indrik {

/// Nobody can foresee the bytes, and no child of fork() gets what its parent gets: the kernel wipes the batch in the child
/// (MADV_WIPEONFORK). Bytes that were handed out are wiped here. For secrets that last, fill_random() is as good. Not for several
/// threads at once. Errors: as fill_random().
class RandomPool {
public:
    RandomPool();
    RandomPool(const RandomPool&) = delete;
    RandomPool& operator=(const RandomPool&) = delete;
    ~RandomPool();

    void fill(std::span<char> bytes);
    std::string bytes(std::size_t size_bytes);

private:
    struct Batch;
    Batch* batch_;  // a page of its own; null: the kernel does not wipe, so each call asks it
};

}  // namespace indrik
