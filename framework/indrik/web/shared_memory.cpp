#include "indrik/web/shared_memory.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <sys/mman.h>

#include "indrik/core/crypto.hpp"
#include "indrik/web/application.hpp"

namespace indrik::web {
namespace {

constexpr std::size_t kPageBytes = 4096;
constexpr std::size_t kRegions = 48;
constexpr std::size_t kSecretBytes = 32;

/// The first page. A region is a word, written once: 32 bits of its name's hash and 32 bits of its size in pages. Where it lies
/// follows from those before it, so no death can leave half of one behind.
struct Directory {
    std::array<char, kSecretBytes> secret;
    std::array<std::atomic<std::uint64_t>, kRegions> regions;
};
static_assert(sizeof(Directory) <= kPageBytes);
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

std::uint64_t entry_for(std::string_view name, std::uint64_t pages) {
    const std::string hash = digest(DigestAlgorithm::SHA256, name);
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < 4; ++i) bits = bits << 8 | static_cast<unsigned char>(hash[i]);
    return bits << 32 | pages;
}

}  // namespace

const AppKey<SharedMemory> kSharedMemory{"shared memory"};

struct SharedMemory::Mapping {
    explicit Mapping(std::size_t size) : size_bytes(size) {
        void* const memory = ::mmap(nullptr,
                                    size,
                                    PROT_READ | PROT_WRITE,
                                    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE,
                                    -1,
                                    0);
        if (memory == MAP_FAILED)
            throw std::system_error(errno, std::generic_category(), "shared memory");
        bytes = static_cast<std::byte*>(memory);
        fill_random(directory().secret);
    }
    Mapping(const Mapping&) = delete;
    ~Mapping() { ::munmap(bytes, size_bytes); }
    Directory& directory() const { return *reinterpret_cast<Directory*>(bytes); }

    std::byte* bytes;
    std::size_t size_bytes;
};

SharedMemory::SharedMemory(std::size_t size_bytes)
    : mapping_(std::make_shared<Mapping>(std::max(size_bytes, 2 * kPageBytes))) {}

std::span<std::byte> SharedMemory::region(std::string_view name, std::size_t size_bytes) const {
    const std::uint64_t pages = (size_bytes + kPageBytes - 1) / kPageBytes;
    if (pages == 0 || pages > mapping_->size_bytes / kPageBytes) return {};
    const std::uint64_t wanted = entry_for(name, pages);
    std::size_t offset = kPageBytes;
    for (auto& slot : mapping_->directory().regions) {
        std::uint64_t entry = slot.load();
        if (entry == 0 && offset + pages * kPageBytes > mapping_->size_bytes) return {};
        if (entry == 0 && slot.compare_exchange_strong(entry, wanted)) entry = wanted;
        if (entry == wanted) return {mapping_->bytes + offset, size_bytes};
        offset += (entry & 0xffffffff) * kPageBytes;
    }
    return {};
}

std::string_view SharedMemory::secret() const {
    const auto& secret = mapping_->directory().secret;
    return {secret.data(), secret.size()};
}

std::span<SharedWords::Word> SharedWords::words(const Application& application) {
    if (!words_.empty()) return words_;
    if (const SharedMemory* const memory = application.find(kSharedMemory)) {
        const auto bytes = memory->region(name_, count_ * sizeof(Word));
        words_ = {reinterpret_cast<Word*>(bytes.data()), bytes.size() / sizeof(Word)};
    }
    if (words_.empty()) {
        own_ = std::vector<Word>(count_);
        words_ = own_;
    }
    return words_;
}

std::string shared_key(const Application& application, std::string_view purpose) {
    if (const SharedMemory* const memory = application.find(kSharedMemory)) {
        return hmac(DigestAlgorithm::SHA256, memory->secret(), purpose);
    }
    return random_bytes(kSecretBytes);
}

}  // namespace indrik::web
