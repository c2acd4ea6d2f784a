#pragma once
// Which files matter for a reload, and how they are: a look at the disk, to be compared with an earlier one.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <sys/types.h>

#include "supervisor/reload/glob.hpp"

namespace indrik::supervisor {

/// What a change of the file asks for.
enum class FileKind : std::uint8_t {
    Module,   // a trial, then a reload
    Content,  // a reload: templates, static files, extra files
    Source    // the command
};

/// Another one means that the file has changed.
struct FileSignature {
    std::int64_t modified_ns = 0;
    std::uint64_t size = 0;
    ino_t inode = 0;
    FileKind kind = FileKind::Content;

    bool operator==(const FileSignature&) const = default;
};

struct Snapshot {
    std::map<std::string, FileSignature> files;
    std::set<std::string> folders;  // to be watched, so that nothing is missed
    bool is_cut = false;            // there were more files than kMaxFiles
};

/// A file that is there, or not, as it was not before.
struct FileChange {
    std::string path;
    FileKind kind;
};

/// In the order of their paths.
std::vector<FileChange> compare(const Snapshot& before, const Snapshot& after);

class WatchList {
public:
    static constexpr std::size_t kMaxFiles = 200'000;

    // All paths are absolute; they need not exist.
    std::string module;                     // empty: none
    std::vector<std::string> folders;       // templates and static files, with all beneath
    std::vector<Glob> globs;                // extra files
    std::vector<std::string> source_roots;  // of --reload-dir

    Snapshot scan() const;
};

/// What editors and version control leave beside the files that they write.
bool is_scratch_name(std::string_view name);

}  // namespace indrik::supervisor
