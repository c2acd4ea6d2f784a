// The master itself.
#include "supervisor/config/settings/groups.hpp"

namespace indrik::supervisor {
namespace {

void assign_env(Settings& settings, Values values) {
    several<&Settings::env>(settings, values);
    for (const std::string& variable : settings.env) {
        const std::size_t equals = variable.find('=');
        if (equals == std::string::npos || equals == 0) {
            throw BadValue(quote(variable) + " is no variable; write NAME=VALUE");
        }
    }
}

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
        {kServer, {"check_config"}, 0, {"check-config"}, "", "false",
         "Load everything, the application included, say what is wrong, and end; with 0 if nothing is.",
         single<&Settings::check_config, parse_switch>},
        {kServer, {"print_config"}, 0, {"print-config"}, "", "false",
         "Print every setting with its value and where that came from, as a configuration file; then as --check-config.",
         single<&Settings::print_config, parse_switch>},
        {kServer, {"preload", "preload_app"}, 0, {"preload"}, "", "false",
         "Load the application once and fork the workers from there: they start faster and share its memory. HUP loads it anew.",
         single<&Settings::preload, parse_switch>},
        {kServer, {"sendfile"}, 0, {"no-sendfile"}, "", "true",
         "Do not use sendfile(2), which some file systems are bad at. SENDFILE in the environment is the default.",
         single<&Settings::sendfile, parse_switch>, "SENDFILE", {}, false, {}, "false"},
        {kServer, {"daemon"}, 'D', {"daemon"}, "", "false",
         "Go to the background. The command ends when the workers serve, with 0, or when they cannot, with the reason.",
         single<&Settings::daemon, parse_switch>},
        {kServer, {"env", "raw_env"}, 'e', {"env"}, "NAME=VALUE", "",
         "A variable of the workers' environment. May be given several times.",
         assign_env, {}, {}, true},
        {kServer, {"user"}, 'u', {"user"}, "USER", "",
         "Who the workers are, by name or number, when root starts the master.",
         single<&Settings::user, text>},
        {kServer, {"group"}, 'g', {"group"}, "GROUP", "",
         "Their group; the user's own by default.",
         single<&Settings::group, text>},
        {kServer, {"initgroups"}, 0, {"initgroups"}, "", "false",
         "They are also in all other groups of --user; otherwise in none.",
         single<&Settings::initgroups, parse_switch>},
        {kServer, {"umask"}, 'm', {"umask"}, "BITS", "0",
         "Permissions that the files of Unix sockets lack: 0 lets everybody connect, 007 user and group. Octal with a leading 0.",
         single<&Settings::umask, parse_umask>},
        {kServer, {"allow_root"}, 0, {"allow-root"}, "", "false",
         "Workers are meant to be root: no warning says so. INDRIK_ALLOW_ROOT=1 in the environment does the same.",
         single<&Settings::allow_root, parse_switch>, "INDRIK_ALLOW_ROOT"},
        {kServer, {"name", "proc_name"}, 'n', {"name"}, "NAME", "",
         "Distinguishes several servers in ps: indrik: master [NAME].",
         single<&Settings::name, text>},
        {kServer, {"hooks"}, 0, {"hooks"}, "FILE", "",
         "A module with an INDRIK_HOOKS, whose functions are called when workers start, end, and so on.",
         single<&Settings::hooks, text>},
    };
}
// clang-format on

}  // namespace indrik::supervisor
