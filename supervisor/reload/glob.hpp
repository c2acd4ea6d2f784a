#pragma once
// Patterns of file names, as shells have them: "templates/**/*.html".
//
//   Glob glob("/srv/app/conf/**/*.toml");
//   glob.folder()  == "/srv/app/conf"         // what must be watched for it
//   glob.matches("/srv/app/conf/a/b/x.toml")

#include <string>
#include <string_view>
#include <vector>

namespace indrik::supervisor {

/// Value type. `*` and `?` match no slash, `[a-z]` and `[!a-z]` one character, a segment `**` any number of folders, none
/// included. A backslash takes the next character's meaning away.
class Glob {
public:
    /// Of an absolute path.
    explicit Glob(std::string_view pattern);

    bool matches(std::string_view path) const;
    /// Whether something beneath the folder might match.
    bool reaches_into(std::string_view folder) const;
    /// The longest beginning without wildcards; of a pattern without any, the folder that the file is in.
    const std::string& folder() const { return folder_; }

private:
    std::vector<std::string> segments_;
    std::string folder_;
};

}  // namespace indrik::supervisor
