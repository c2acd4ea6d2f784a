#pragma once
// Topics in an application: pubsub::setup(app) in its factory, pubsub::topics_of(app) in its handlers.

#include <functional>
#include <memory>

#include "indrik/pubsub/topics.hpp"
#include "indrik/web/app_key.hpp"

namespace indrik::web {
class Application;
}

namespace indrik::pubsub {

using BackendFactory = std::function<std::unique_ptr<Backend>()>;

/// Where the supervisor puts what connects its workers.
extern const web::AppKey<BackendFactory> kWorkerBus;

/// Gives the application its topics, which are connected while it runs, before on_startup: to the other workers under the supervisor,
/// elsewhere to nobody. They may be used from on_startup on.
/// Errors: std::logic_error if it has some already.
Topics& setup(web::Application& app);
/// The same over another back end. Lifetime: `factory` is kept by the application.
Topics& setup(web::Application& app, BackendFactory factory);
/// Errors: std::out_of_range if setup() was not called for the application, or one around it.
Topics& topics_of(const web::Application& app);

}  // namespace indrik::pubsub
