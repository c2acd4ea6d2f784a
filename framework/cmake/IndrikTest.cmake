# indrik_unit_test(<module> SOURCES file... [LIBRARIES target...])
#
# The unit tests of one module as one program, unit_<module>, and one ctest entry.
function(indrik_unit_test module)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
    set(target unit_${module})
    add_executable(${target} ${arg_SOURCES})
    target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}")
    target_link_libraries(${target} PRIVATE
        indrik::indrik indrik_build_settings GTest::gmock GTest::gtest_main ${arg_LIBRARIES})
    add_dependencies(unit_tests ${target})
    add_test(NAME ${target} COMMAND ${target})
    set_tests_properties(${target} PROPERTIES LABELS unit TIMEOUT 60)
endfunction()
