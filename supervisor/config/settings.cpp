#include "supervisor/config/settings.hpp"

#include <algorithm>
#include <iterator>

#include "supervisor/config/settings/groups.hpp"

namespace indrik::supervisor {
namespace {

std::vector<Setting> make_table() {
    std::vector<Setting> table;
    for (const auto& settings_of : {sockets_settings,
                                    workers_settings,
                                    limits_settings,
                                    tls_settings,
                                    logs_settings,
                                    server_settings,
                                    control_settings,
                                    reload_settings}) {
        std::ranges::move(settings_of(), std::back_inserter(table));
    }
    return table;
}

}  // namespace

const std::vector<Setting>& settings_table() {
    static const std::vector<Setting> table = make_table();
    return table;
}

const Setting* find_setting(std::string_view name) {
    std::string wanted(name);
    std::replace(wanted.begin(), wanted.end(), '-', '_');
    for (const Setting& setting : settings_table()) {
        if (std::ranges::find(setting.names, wanted) != setting.names.end()) return &setting;
    }
    return nullptr;
}

}  // namespace indrik::supervisor
