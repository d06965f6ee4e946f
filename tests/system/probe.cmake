# Real network namespaces: skips with the reason where there are none for us. About 12 seconds, most of it negative windows.
add_executable(system_probe ${CMAKE_CURRENT_LIST_DIR}/probe_test.cpp ${CMAKE_CURRENT_LIST_DIR}/capture_test.cpp)
target_include_directories(system_probe PRIVATE ${CMAKE_CURRENT_LIST_DIR}/..)
target_link_libraries(system_probe PRIVATE useipsec_probe useipsec_capture PkgConfig::libnl PkgConfig::libpcap GTest::gmock_main)
add_test(NAME system_probe COMMAND system_probe)
set_tests_properties(system_probe PROPERTIES LABELS system TIMEOUT 600 RUN_SERIAL TRUE)
