#pragma once
// The list of a folder's files as a page.

#include <string>
#include <string_view>

#include "indrik/core/unique_fd.hpp"

namespace indrik::web {

/// HTML; names are escaped, folders come first. `url_path` is the decoded path under which the folder is served. Symbolic links
/// and what is neither file nor folder are left out, links not if `show_symlinks`. At most 10,000 entries.
/// Errors: std::system_error if the folder cannot be read.
std::string directory_page(std::string_view url_path, UniqueFd folder, bool show_symlinks);

}  // namespace indrik::web
