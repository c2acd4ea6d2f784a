// Starting anew when files change: for development.
#include "supervisor/config/settings/groups.hpp"

namespace indrik::supervisor {
namespace {

constexpr std::string_view kReload = "Reloading (for development)";

ReloadEngine parse_engine(std::string_view value) {
    return static_cast<ReloadEngine>(parse_choice(value, {"auto", "inotify", "poll"}));
}

}  // namespace

// clang-format off
std::vector<Setting> reload_settings() {
    return {
        {kReload, {"reload"}, 0, {"reload"}, "", "false",
         "Reload when the module, or a file of the application's template and static folders changes. A module that "
         "cannot be loaded is not taken: the old one goes on, and with --debug browsers show what is wrong. "
         "Not together with preloading.",
         single<&Settings::reload, parse_switch>},
        {kReload, {"reload_engine"}, 0, {"reload-engine"}, "WHICH", "auto",
         "How changes are noticed: inotify; poll, once a second, for file systems that report none; auto takes "
         "inotify where it works.",
         single<&Settings::reload_engine, parse_engine>},
        {kReload, {"reload_extra_file", "reload_extra_files"}, 0, {"reload-extra-file"}, "GLOB", "",
         "Further files to watch: *, ? and [a-z] stand for what a shell means by them, ** for any folders. May be given several times.",
         several<&Settings::reload_extra_file>, {}, {}, true},
        {kReload, {"reload_command"}, 0, {"reload-command"}, "COMMAND", "",
         "Run in a shell when a file of --reload-dir changes, such as 'cmake --build build'. The module is looked at when it has succeeded.",
         single<&Settings::reload_command, text>},
        {kReload, {"reload_dir"}, 0, {"reload-dir"}, "FOLDER", "",
         "Sources for --reload-command, with all folders within but hidden ones and build folders; the current folder by "
         "default. May be given several times.",
         several<&Settings::reload_dir>, {}, {}, true},
    };
}
// clang-format on

}  // namespace indrik::supervisor
