# The files of docs/ci/: their scripts run as their systems would, with two shards and a cheap selection; skips with the
# reason where this machine has no ground.
find_package(yaml-cpp REQUIRED)
add_executable(system_snippets ${CMAKE_CURRENT_LIST_DIR}/snippets_test.cpp)
target_compile_definitions(system_snippets PRIVATE PROGRAM="$<TARGET_FILE:useipsec>")
target_link_libraries(system_snippets PRIVATE useipsec_base places GTest::gmock_main nlohmann_json::nlohmann_json yaml-cpp)
add_dependencies(system_snippets useipsec)
gtest_discover_tests(system_snippets PROPERTIES LABELS system TIMEOUT 900 RUN_SERIAL TRUE)
