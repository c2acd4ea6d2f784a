#include "indrik/pubsub/setup.hpp"

#include <stdexcept>
#include <utility>

#include "indrik/pubsub/process_backend.hpp"
#include "indrik/web/application.hpp"

namespace indrik::pubsub {
namespace {

const web::AppKey<Topics> kTopics{"topics"};

std::unique_ptr<Backend> make_backend(const web::Application& app, const BackendFactory& factory) {
    if (factory) return factory();
    const BackendFactory* const bus = app.find(kWorkerBus);
    if (bus != nullptr) return (*bus)();
    return std::make_unique<ProcessBackend>();
}

}  // namespace

const web::AppKey<BackendFactory> kWorkerBus{"worker bus"};

Topics& setup(web::Application& app) {
    return setup(app, nullptr);
}

Topics& setup(web::Application& app, BackendFactory factory) {
    if (app.find(kTopics) != nullptr)
        throw std::logic_error("the application has its topics already: call pubsub::setup() once");
    Topics& topics = app.emplace(kTopics);
    app.cleanup_context().append(
        [factory = std::move(factory)](web::Application& owner, web::Lifetime& lifetime) -> Task<> {
            Topics& connected = owner.get(kTopics);
            std::unique_ptr<Backend> backend = make_backend(owner, factory);
            co_await connected.connect(std::move(backend));
            co_await lifetime.until_cleanup();
            co_await connected.close();
        });
    app.on_shutdown().append([](web::Application& owner) -> Task<> {
        owner.get(kTopics).end_subscriptions();
        co_return;
    });
    return topics;
}

Topics& topics_of(const web::Application& app) {
    return app.get(kTopics);
}

}  // namespace indrik::pubsub
