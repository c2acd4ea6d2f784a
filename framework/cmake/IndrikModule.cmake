# indrik_module(<name> [DEPENDS module...] [LIBRARIES target...] [SOURCES file...] HEADERS file...)
#
# One folder of framework/indrik as the target indrik_<name> (alias indrik::<name>): an object library, so that the
# same objects go into the shared and into the static library. DEPENDS names lower floors (DESIGN: the floors).
function(indrik_module name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "DEPENDS;LIBRARIES;SOURCES;HEADERS")
    set(target indrik_${name})
    add_library(${target} OBJECT ${arg_SOURCES})
    add_library(indrik::${name} ALIAS ${target})
    target_sources(${target} PUBLIC
        FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}/framework" FILES ${arg_HEADERS})
    target_include_directories(${target} PUBLIC "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/framework>")
    foreach(module IN LISTS arg_DEPENDS)
        target_link_libraries(${target} PUBLIC indrik_${module})
    endforeach()
    target_link_libraries(${target} PUBLIC ${arg_LIBRARIES} PRIVATE $<BUILD_INTERFACE:indrik_build_settings>)
    # The library is loaded at start-up, never by dlopen: thread-local variables (Asio's) are at a fixed place.
    target_compile_options(${target} PRIVATE -fno-plt -ftls-model=initial-exec)
    # One set of precompiled headers for all modules, which wants the same options for all.
    if(INDRIK_PRECOMPILED_HEADERS)
        target_compile_options(${target} PRIVATE -pthread)
    endif()
    if(name STREQUAL core)
        indrik_precompile(${target} HEADERS ${INDRIK_COMMON_HEADERS})
    else()
        indrik_precompile(${target} FROM indrik_core)
    endif()
    set_property(GLOBAL APPEND PROPERTY INDRIK_MODULES ${name})
endfunction()
