# indrik_add_application(<name> SOURCES file... [PROGRAM file] [LIBRARIES target...])
#
# An application module: <name>.so, to be served by `indrik path/to/<name>.so`. With PROGRAM, a file that holds main() and
# calls indrik::run, the same application is also its own executable, <name> (the target <name>_program). In this tree both
# land in build/<preset>/apps/.
function(indrik_add_application name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "PROGRAM" "SOURCES;LIBRARIES")
    add_library(${name} MODULE ${arg_SOURCES})
    set_target_properties(${name} PROPERTIES PREFIX "" SUFFIX ".so")
    target_link_libraries(${name} PRIVATE indrik::indrik ${arg_LIBRARIES})
    set(targets ${name})
    if(arg_PROGRAM)
        # What the module was made of, compiled once.
        add_executable(${name}_program $<TARGET_OBJECTS:${name}> ${arg_PROGRAM})
        set_target_properties(${name}_program PROPERTIES OUTPUT_NAME ${name})
        target_link_libraries(${name}_program PRIVATE indrik::supervisor indrik::indrik ${arg_LIBRARIES})
        list(APPEND targets ${name}_program)
    endif()
    if(TARGET indrik_build_settings)
        foreach(target IN LISTS targets)
            target_link_libraries(${target} PRIVATE indrik_build_settings)
            set_target_properties(${target} PROPERTIES
                LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/apps"
                RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/apps")
        endforeach()
    endif()
endfunction()
