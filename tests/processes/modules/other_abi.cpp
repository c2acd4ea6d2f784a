// A module that says it was built with other settings.
#include <indrik/web/application_module.hpp>

namespace web = indrik::web;

namespace {

web::Application make_app() {
    return {};
}

}  // namespace

extern "C" {
[[gnu::visibility("default")]] extern const web::ApplicationModule indrik_application;
const web::ApplicationModule indrik_application{web::ApplicationModule::kMagic,
                                                web::ApplicationModule::kLayout,
                                                INDRIK_VERSION,
                                                "pointers of 16 bytes",
                                                sizeof(web::Application),
                                                "make_app",
                                                make_app};
}
