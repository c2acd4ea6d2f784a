#include "supervisor/reload/notice.hpp"

#include <cerrno>
#include <new>
#include <system_error>

#include <sys/mman.h>

namespace indrik::supervisor {

ReloadNotice::ReloadNotice() {
    void* const memory =
        ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
    shared_ = static_cast<Shared*>(memory);
}

ReloadNotice::~ReloadNotice() {
    ::munmap(shared_, sizeof(Shared));
}

void ReloadNotice::set(std::string_view text) {
    if (text.size() > kMaxBytes) text.remove_prefix(text.size() - kMaxBytes);
    ++shared_->version;
    for (std::size_t index = 0; index < text.size(); ++index) shared_->bytes[index] = text[index];
    shared_->size = static_cast<std::uint32_t>(text.size());
    ++shared_->version;
}

bool ReloadNotice::is_set() const {
    return shared_->size.load(std::memory_order_relaxed) != 0;
}

std::string ReloadNotice::text() const {
    constexpr int kTries = 100;
    for (int tries = 0; tries < kTries; ++tries) {
        const std::uint32_t version = shared_->version;
        std::string text(shared_->size, '\0');
        for (std::size_t index = 0; index < text.size(); ++index)
            text[index] = shared_->bytes[index];
        if (version % 2 == 0 && shared_->version == version) return text;
    }
    return {};
}

}  // namespace indrik::supervisor
