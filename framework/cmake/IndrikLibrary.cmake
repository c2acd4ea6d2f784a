# The framework as users link it: indrik::indrik, one shared library of all modules (and a static one beside it).
get_property(modules GLOBAL PROPERTY INDRIK_MODULES)
set(objects "")
set(module_targets "")
foreach(module IN LISTS modules)
    list(APPEND objects $<TARGET_OBJECTS:indrik_${module}>)
    list(APPEND module_targets indrik_${module})
endforeach()

foreach(kind IN ITEMS SHARED STATIC)
    string(TOLOWER "indrik_${kind}" target)
    add_library(${target} ${kind} ${objects})
    set_target_properties(${target} PROPERTIES OUTPUT_NAME indrik)
    foreach(module IN LISTS module_targets)
        target_include_directories(${target} PUBLIC "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/framework>")
        target_compile_definitions(${target} PUBLIC $<TARGET_PROPERTY:${module},INTERFACE_COMPILE_DEFINITIONS>)
    endforeach()
    target_link_libraries(${target}
        PUBLIC Threads::Threads fmt::fmt spdlog::spdlog Boost::json
        PRIVATE OpenSSL::Crypto PkgConfig::RE2 $<BUILD_INTERFACE:indrik_build_settings>)
endforeach()
set_target_properties(indrik_shared PROPERTIES
    EXPORT_NAME indrik VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
target_link_options(indrik_shared PRIVATE -Wl,--no-undefined)
add_library(indrik::indrik ALIAS indrik_shared)
add_library(indrik::static ALIAS indrik_static)
