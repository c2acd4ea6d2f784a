#pragma once
// What the master tells of itself, as JSON. Times are numbers of seconds, sizes numbers of bytes.

#include <vector>

#include "indrik/json/value.hpp"
#include "supervisor/control/target.hpp"

namespace indrik::supervisor {

json::Object to_json(const MasterReport& report);
json::Array to_json(const std::vector<WorkerReport>& reports);
json::Array to_json(const std::vector<ListenerReport>& reports);
json::Array to_json(const std::vector<ConfigReport>& reports);

}  // namespace indrik::supervisor
