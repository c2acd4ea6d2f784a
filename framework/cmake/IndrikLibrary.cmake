# The framework as users link it: indrik::indrik, one shared library of all modules (and a static one beside it).
get_property(modules GLOBAL PROPERTY INDRIK_MODULES)
set(objects "")
set(definitions "")
foreach(module IN LISTS modules)
    list(APPEND objects $<TARGET_OBJECTS:indrik_${module}>)
    # The values, not a reference to the module: an installed package has no modules.
    get_target_property(module_definitions indrik_${module} INTERFACE_COMPILE_DEFINITIONS)
    if(module_definitions)
        list(APPEND definitions ${module_definitions})
    endif()
endforeach()
list(REMOVE_DUPLICATES definitions)

# The demangler that allocates nothing (core/detail/symbols.cpp) is in libstdc++'s archive, but its shared library keeps it to
# itself.
execute_process(
    COMMAND ${CMAKE_CXX_COMPILER} -print-file-name=libstdc++.a
    OUTPUT_VARIABLE libstdcxx_archive OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
execute_process(
    COMMAND ${CMAKE_AR} x "${libstdcxx_archive}" cp-demangle.o
    COMMAND_ERROR_IS_FATAL ANY WORKING_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}")
set(demangler "${CMAKE_CURRENT_BINARY_DIR}/demangler.o")
execute_process(
    COMMAND ${CMAKE_OBJCOPY} --localize-symbol=__cxa_demangle cp-demangle.o "${demangler}"
    COMMAND_ERROR_IS_FATAL ANY WORKING_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}")
list(APPEND objects "${demangler}")
set_property(GLOBAL PROPERTY INDRIK_PUBLIC_DEFINITIONS "${definitions}")

foreach(kind IN ITEMS SHARED STATIC)
    string(TOLOWER "indrik_${kind}" target)
    add_library(${target} ${kind} ${objects})
    set_target_properties(${target} PROPERTIES OUTPUT_NAME indrik)
    target_compile_features(${target} PUBLIC cxx_std_20)
    target_compile_definitions(${target} PUBLIC ${definitions})
    target_include_directories(${target} PUBLIC
        "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/framework>" "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
    target_link_libraries(${target}
        PUBLIC Threads::Threads fmt::fmt spdlog::spdlog Boost::json
        PRIVATE Boost::url OpenSSL::SSL OpenSSL::Crypto backtrace ${CMAKE_DL_LIBS} PkgConfig::RE2 ZLIB::ZLIB PkgConfig::BROTLI PkgConfig::ZSTD
            $<BUILD_INTERFACE:indrik_build_settings>)
endforeach()
set_target_properties(indrik_shared PROPERTIES
    EXPORT_NAME indrik VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
set_target_properties(indrik_static PROPERTIES EXPORT_NAME static)
if(NOT INDRIK_SANITIZE)  # clang leaves the sanitizers' runtime out of shared libraries
    target_link_options(indrik_shared PRIVATE -Wl,--no-undefined)
endif()
# Calls within the library go straight to their target.
target_link_options(indrik_shared PRIVATE -Wl,-Bsymbolic-functions -Wl,-z,now)
add_library(indrik::indrik ALIAS indrik_shared)
add_library(indrik::static ALIAS indrik_static)
