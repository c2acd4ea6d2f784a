// The master itself.
#include "supervisor/config/settings/groups.hpp"

namespace indrik::supervisor {
namespace {

constexpr std::string_view kServer = "Server";

}  // namespace

// clang-format off
std::vector<Setting> server_settings() {
    return {
        {kServer, {"application"}, 0, {}, "MODULE", "", "",  // on the command line it is the argument
         single<&Settings::application, text>},
        {kServer, {"config"}, 'c', {"config"}, "FILE", "",
         "Settings as lines of name = value. ./indrik.conf is read if there is one.",
         single<&Settings::config, text>},
        {kServer, {"pid", "pidfile"}, 'p', {"pid"}, "FILE", "",
         "Where to write the master's process id.",
         single<&Settings::pid, text>},
        {kServer, {"chdir"}, 0, {"chdir"}, "FOLDER", "",
         "Where to go before anything is opened.",
         single<&Settings::chdir, text>},
        {kServer, {"upload_dir"}, 0, {"upload-dir"}, "FOLDER", "",
         "Where large uploaded files are kept while a request needs them; TMPDIR or /tmp by default.",
         single<&Settings::upload_dir, text>},
        {kServer, {"debug"}, 0, {"debug"}, "", "false",
         "Show exceptions to clients. Never in production.",
         single<&Settings::debug, parse_switch>},
    };
}
// clang-format on

}  // namespace indrik::supervisor
