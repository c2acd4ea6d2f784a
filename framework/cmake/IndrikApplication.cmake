# indrik_add_application(<name> SOURCES file... [LIBRARIES target...])
#
# An application module: <name>.so, to be served by `indrik path/to/<name>.so`. In this tree it lands in build/<preset>/apps/.
function(indrik_add_application name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
    add_library(${name} MODULE ${arg_SOURCES})
    set_target_properties(${name} PROPERTIES PREFIX "" SUFFIX ".so")
    target_link_libraries(${name} PRIVATE indrik::indrik ${arg_LIBRARIES})
    if(TARGET indrik_build_settings)
        target_link_libraries(${name} PRIVATE indrik_build_settings)
        set_target_properties(${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/apps")
    endif()
endfunction()
