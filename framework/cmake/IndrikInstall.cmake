# `cmake --install`: headers, libraries, the indrik command, the CMake package and the pkg-config files.
#
# Everything refers to everything else by relative paths, so the tree may be moved after it was installed.
include(CMakePackageConfigHelpers)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/indrik")

set(installed indrik_shared indrik_static)
foreach(target IN ITEMS indrik_supervisor indrik_supervisor_static indrik_command)
    if(TARGET ${target})
        list(APPEND installed ${target})
    endif()
endforeach()
if(TARGET indrik_supervisor)
    set_target_properties(indrik_supervisor PROPERTIES EXPORT_NAME supervisor)
    target_include_directories(indrik_supervisor PUBLIC "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
endif()
if(TARGET indrik_command)
    set_target_properties(indrik_command PROPERTIES EXPORT_NAME command)
endif()
# The command and the supervisor find the libraries beside them wherever the prefix is.
file(RELATIVE_PATH libraries_from_bin "${CMAKE_INSTALL_FULL_BINDIR}" "${CMAKE_INSTALL_FULL_LIBDIR}")
foreach(target IN LISTS installed)
    set_target_properties(${target} PROPERTIES INSTALL_RPATH "$ORIGIN;$ORIGIN/${libraries_from_bin}")
endforeach()

install(TARGETS ${installed} EXPORT indrik-targets
    RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}"
    LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(EXPORT indrik-targets NAMESPACE indrik:: DESTINATION "${package_dir}")
install(DIRECTORY framework/indrik DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" FILES_MATCHING PATTERN "*.hpp")
if(EXISTS "${PROJECT_SOURCE_DIR}/supervisor/include")
    install(DIRECTORY supervisor/include/indrik DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
        FILES_MATCHING PATTERN "*.hpp")
endif()

configure_package_config_file(framework/cmake/indrik-config.cmake.in
    "${PROJECT_BINARY_DIR}/package/indrik-config.cmake" INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/package/indrik-config-version.cmake"
    COMPATIBILITY SameMinorVersion)
install(FILES
    "${PROJECT_BINARY_DIR}/package/indrik-config.cmake"
    "${PROJECT_BINARY_DIR}/package/indrik-config-version.cmake"
    framework/cmake/IndrikApplication.cmake
    framework/cmake/IndrikTemplates.cmake
    DESTINATION "${package_dir}")

# pkg-config knows no generator expressions: what they ask for clang is harmless elsewhere and always given.
get_property(definitions GLOBAL PROPERTY INDRIK_PUBLIC_DEFINITIONS)
list(TRANSFORM definitions REPLACE "^\\$<.*:([A-Z_]+)>$" "\\1")
list(TRANSFORM definitions PREPEND "-D" OUTPUT_VARIABLE pc_definitions)
list(JOIN pc_definitions " " pc_definitions)
file(RELATIVE_PATH pc_prefix "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" "${CMAKE_INSTALL_PREFIX}")
foreach(library IN ITEMS indrik indrik-supervisor)
    configure_file("framework/cmake/${library}.pc.in" "${PROJECT_BINARY_DIR}/package/${library}.pc" @ONLY)
endforeach()
install(FILES "${PROJECT_BINARY_DIR}/package/indrik.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
if(TARGET indrik_supervisor)
    install(FILES "${PROJECT_BINARY_DIR}/package/indrik-supervisor.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endif()
