#include "supervisor/reload/watch_list.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <utility>

#include <dirent.h>
#include <sys/stat.h>

namespace indrik::supervisor {
namespace {

constexpr int kMaxDepth = 40;
constexpr std::array<std::string_view, 5> kForeignFolders = {
    ".git", ".hg", ".svn", "node_modules", "__pycache__"};

std::string parent_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

std::string join(const std::string& folder, std::string_view name) {
    return folder == "/" ? "/" + std::string(name) : folder + "/" + std::string(name);
}

bool exists(const std::string& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0;
}

bool is_folder(const std::string& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

FileSignature signature_of(const struct stat& status, FileKind kind) {
    return {status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec,
            static_cast<std::uint64_t>(status.st_size),
            status.st_ino,
            kind};
}

bool is_build_output(std::string_view name) {
    for (const std::string_view end : {".o", ".obj", ".a", ".so", ".d", ".pyc", ".ninja_log"}) {
        if (name.ends_with(end)) return true;
    }
    return false;
}

bool is_build_folder(const std::string& path) {
    return exists(join(path, "CMakeCache.txt")) || exists(join(path, "build.ninja"));
}

/// One look at the disk.
class Scan {
public:
    Scan(const WatchList& list, Snapshot& snapshot) : list_(list), snapshot_(snapshot) {}

    void add_module() {
        if (list_.module.empty()) return;
        watch(parent_of(list_.module));
        struct stat status {};
        if (::stat(list_.module.c_str(), &status) == 0 && S_ISREG(status.st_mode))
            add(list_.module, status, FileKind::Module);
    }

    void add_content(const std::string& root) {
        watch(root);
        walk(root, 0, FileKind::Content, nullptr);
    }

    void add_glob(const Glob& glob) {
        watch(glob.folder());
        walk(glob.folder(), 0, FileKind::Content, &glob);
    }

    void add_sources(const std::string& root) {
        watch(root);
        root_ = root;
        walk(root, 0, FileKind::Source, nullptr);
    }

private:
    // Of a folder that is not there, the nearest one above it that is: it tells when it appears.
    void watch(std::string folder) {
        while (folder != "/" && !is_folder(folder)) folder = parent_of(folder);
        snapshot_.folders.insert(std::move(folder));
    }

    void add(const std::string& path, const struct stat& status, FileKind kind) {
        if (snapshot_.files.size() >= WatchList::kMaxFiles) {
            snapshot_.is_cut = true;
            return;
        }
        snapshot_.files.emplace(path, signature_of(status, kind));  // the first kind counts
    }

    bool is_entered(const std::string& path,
                    std::string_view name,
                    FileKind kind,
                    const Glob* glob) {
        if (std::ranges::find(kForeignFolders, name) != kForeignFolders.end()) return false;
        if (glob != nullptr) return glob->reaches_into(path);
        if (kind == FileKind::Content) return true;
        const bool is_of_module =
            !list_.module.empty() && path == parent_of(list_.module) && path != root_;
        return !name.starts_with('.') && !is_of_module && !is_build_folder(path);
    }

    static bool is_taken(const std::string& path,
                         std::string_view name,
                         FileKind kind,
                         const Glob* glob) {
        if (glob != nullptr) return glob->matches(path);
        if (is_scratch_name(name)) return false;
        return kind != FileKind::Source || !is_build_output(name);
    }

    void walk(const std::string& folder, int depth, FileKind kind, const Glob* glob) {
        const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(folder.c_str()), ::closedir);
        if (directory == nullptr || snapshot_.is_cut) return;
        snapshot_.folders.insert(folder);
        while (const dirent* const entry = ::readdir(directory.get())) {
            const std::string_view name = entry->d_name;
            if (name == "." || name == "..") continue;
            const std::string path = join(folder, name);
            struct stat status {};
            if (::stat(path.c_str(), &status) != 0) continue;
            if (S_ISDIR(status.st_mode)) {
                // Symbolic links may lead in circles.
                if (depth < kMaxDepth && is_entered(path, name, kind, glob) &&
                    !(entry->d_type == DT_LNK && glob == nullptr && kind == FileKind::Source))
                    walk(path, depth + 1, kind, glob);
            } else if (S_ISREG(status.st_mode) && is_taken(path, name, kind, glob)) {
                add(path, status, kind);
            }
        }
    }

    const WatchList& list_;
    Snapshot& snapshot_;
    std::string root_;
};

}  // namespace

std::vector<FileChange> compare(const Snapshot& before, const Snapshot& after) {
    std::vector<FileChange> changes;
    auto old = before.files.begin();
    auto now = after.files.begin();
    while (old != before.files.end() || now != after.files.end()) {
        if (now == after.files.end() || (old != before.files.end() && old->first < now->first)) {
            changes.push_back({old->first, old->second.kind});
            ++old;
        } else if (old == before.files.end() || now->first < old->first) {
            changes.push_back({now->first, now->second.kind});
            ++now;
        } else {
            if (old->second != now->second) changes.push_back({now->first, now->second.kind});
            ++old;
            ++now;
        }
    }
    return changes;
}

Snapshot WatchList::scan() const {
    Snapshot snapshot;
    Scan scan(*this, snapshot);
    scan.add_module();
    for (const std::string& folder : folders) scan.add_content(folder);
    for (const Glob& glob : globs) scan.add_glob(glob);
    for (const std::string& root : source_roots) scan.add_sources(root);
    return snapshot;
}

bool is_scratch_name(std::string_view name) {
    if (name.empty() || name.ends_with('~') || name.starts_with(".#")) return true;
    if (name.starts_with('#') && name.ends_with('#')) return true;  // Emacs
    if (name == "4913") return true;  // Vim tries whether it may write
    for (const std::string_view end : {".swp",
                                       ".swo",
                                       ".swx",
                                       ".tmp",
                                       ".bak",
                                       ".orig",
                                       ".part",
                                       "___jb_tmp___",
                                       "___jb_old___"}) {
        if (name.ends_with(end)) return true;
    }
    return name.starts_with(".goutputstream-");
}

}  // namespace indrik::supervisor
