#pragma once
// INDRIK_APPLICATION(factory): makes a shared object an application module, to be served by `indrik path/to/app.so`.

namespace indrik::web {}  // written together with its loader in supervisor/worker/app_module
