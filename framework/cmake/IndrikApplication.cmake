# indrik_add_application(<name> SOURCES file... [PROGRAM file] [LIBRARIES target...])
#
# An application module: <name>.so, to be served by `indrik path/to/<name>.so`. With PROGRAM, a file that holds main() and
# calls indrik::run, the same application is also its own executable, <name> (the target <name>_program). In this tree both
# land in build/<preset>/apps/.
function(indrik_add_application name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "PROGRAM" "SOURCES;LIBRARIES")
    # Compiled once, for the module and for the program.
    add_library(${name}_objects OBJECT ${arg_SOURCES})
    set_target_properties(${name}_objects PROPERTIES POSITION_INDEPENDENT_CODE ON)
    target_link_libraries(${name}_objects PUBLIC indrik::indrik ${arg_LIBRARIES})
    add_library(${name} MODULE $<TARGET_OBJECTS:${name}_objects>)
    set_target_properties(${name} PROPERTIES PREFIX "" SUFFIX ".so" LINKER_LANGUAGE CXX)
    target_link_libraries(${name} PRIVATE indrik::indrik ${arg_LIBRARIES})
    set(targets ${name} ${name}_objects)
    if(arg_PROGRAM)
        add_executable(${name}_program $<TARGET_OBJECTS:${name}_objects> ${arg_PROGRAM})
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
