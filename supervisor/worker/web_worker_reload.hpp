#pragma once
// What --reload wants of a web application.

#include <string>
#include <vector>

#include "indrik/web/application.hpp"
#include "supervisor/reload/notice.hpp"

namespace indrik::supervisor {

/// Where its templates and static files are.
std::vector<std::string> watched_folders(const web::Application& application);

/// While the notice is set, browsers that ask for a page get it instead, and ask again each second until the page is back.
/// Lifetime: the notice outlives the application.
void show_reload_notice(web::Application& application, const ReloadNotice& notice);

}  // namespace indrik::supervisor
