#pragma once
// Makes a shared object an application module, to be served by `indrik path/to/app.so`.
//
//   web::Application make_app() { ... }
//   INDRIK_APPLICATION(make_app)                       // indrik app.so
//
//   web::Application make_admin() { ... }
//   INDRIK_NAMED_APPLICATION(admin, make_admin)        // indrik app.so:admin
//
// Each macro, at namespace scope, leaves one record under a C name, which `indrik` looks up. The record says with what it
// was built, so that a module of another version is refused before any of its code runs.

#include <cstdint>

#include <asio/version.hpp>

#include "indrik/core/version.hpp"
#include "indrik/web/application.hpp"

namespace indrik::web {

/// What a module tells its loader. The first members never change; `layout` counts the changes of the others.
struct ApplicationModule {
    static constexpr std::uint32_t kMagic = 0x6b697264;  // "drik"
    static constexpr std::uint32_t kLayout = 1;

    std::uint32_t magic;
    std::uint32_t layout;
    const char* version;  // INDRIK_VERSION
    const char* abi;      // INDRIK_ABI

    std::uint64_t application_size;  // sizeof(Application)
    const char* name;                // of the factory
    Application (*make)();
};

}  // namespace indrik::web

#define INDRIK_TEXT(value) #value
#define INDRIK_VALUE_TEXT(macro) INDRIK_TEXT(macro)

#ifdef _GLIBCXX_DEBUG
#define INDRIK_STANDARD_LIBRARY "libstdc++ (debug)"
#elif defined(__GLIBCXX__)
#define INDRIK_STANDARD_LIBRARY "libstdc++"
#else
#define INDRIK_STANDARD_LIBRARY "another standard library"
#endif

// What must agree for objects to cross the border; g++ and clang do, so the compiler is not named.
#define INDRIK_ABI                                             \
    "pointers of " INDRIK_VALUE_TEXT(                          \
        __SIZEOF_POINTER__) " bytes, " INDRIK_STANDARD_LIBRARY \
                            ", string ABI " INDRIK_VALUE_TEXT( \
                                _GLIBCXX_USE_CXX11_ABI) ", Asio " INDRIK_VALUE_TEXT(ASIO_VERSION)

#define INDRIK_APPLICATION_RECORD(symbol, name, factory)                                     \
    extern "C" {                                                                             \
    [[gnu::visibility("default")]] extern const ::indrik::web::ApplicationModule symbol;     \
    const ::indrik::web::ApplicationModule symbol{::indrik::web::ApplicationModule::kMagic,  \
                                                  ::indrik::web::ApplicationModule::kLayout, \
                                                  INDRIK_VERSION,                            \
                                                  INDRIK_ABI,                                \
                                                  sizeof(::indrik::web::Application),        \
                                                  name,                                      \
                                                  factory};                                  \
    }

/// The module's default application; `app.so:factory` finds it, too. Once in a module.
#define INDRIK_APPLICATION(factory) INDRIK_APPLICATION_RECORD(indrik_application, #factory, factory)

/// A further application of the module, as `app.so:name`.
#define INDRIK_NAMED_APPLICATION(name, factory) \
    INDRIK_APPLICATION_RECORD(indrik_application_##name, #name, factory)
