// A module that says it was built for another version of Indrik; with TEST_UNRESOLVED it also wants what this one lacks.
#include <indrik/web/application_module.hpp>

namespace web = indrik::web;

#ifdef TEST_UNRESOLVED
void function_of_another_version();
#endif

namespace {

web::Application make_app() {
#ifdef TEST_UNRESOLVED
    function_of_another_version();
#endif
    return {};
}

}  // namespace

extern "C" {
[[gnu::visibility("default")]] extern const web::ApplicationModule indrik_application;
const web::ApplicationModule indrik_application{web::ApplicationModule::kMagic,
                                                web::ApplicationModule::kLayout,
                                                "9.8.7",
                                                INDRIK_ABI,
                                                sizeof(web::Application),
                                                "make_app",
                                                make_app};
}
