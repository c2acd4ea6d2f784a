#include "indrik/core/random_pool.hpp"

#include <algorithm>
#include <array>

#include <string.h>
#include <sys/mman.h>

#include "indrik/core/crypto.hpp"

namespace indrik {

/// All zero, as mapped and as wiped, is empty.
struct RandomPool::Batch {
    std::size_t left;
    std::array<char, 2048> bytes;
};

RandomPool::RandomPool() : batch_(nullptr) {
    void* const page =
        ::mmap(nullptr, sizeof(Batch), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) return;
    if (::madvise(page, sizeof(Batch), MADV_WIPEONFORK) == 0) {
        batch_ = static_cast<Batch*>(page);
    } else {
        ::munmap(page, sizeof(Batch));
    }
}

RandomPool::~RandomPool() {
    if (batch_ == nullptr) return;
    ::explicit_bzero(batch_, sizeof *batch_);
    ::munmap(batch_, sizeof *batch_);
}

void RandomPool::fill(std::span<char> bytes) {
    if (batch_ == nullptr || bytes.size() > batch_->bytes.size()) return fill_random(bytes);
    if (batch_->left < bytes.size()) {
        fill_random(batch_->bytes);
        batch_->left = batch_->bytes.size();
    }
    char* const from = batch_->bytes.data() + batch_->bytes.size() - batch_->left;
    std::copy_n(from, bytes.size(), bytes.begin());
    ::explicit_bzero(from, bytes.size());
    batch_->left -= bytes.size();
}

std::string RandomPool::bytes(std::size_t size_bytes) {
    std::string text(size_bytes, '\0');
    fill(text);
    return text;
}

}  // namespace indrik
