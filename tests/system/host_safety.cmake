# The host before and after runs that end in every way.
add_executable(system_host_safety ${CMAKE_CURRENT_LIST_DIR}/host_safety_test.cpp)
target_compile_definitions(system_host_safety PRIVATE PROGRAM="$<TARGET_FILE:useipsec>" RESULTS="${CMAKE_CURRENT_BINARY_DIR}")
target_link_libraries(system_host_safety PRIVATE places GTest::gmock_main)
add_dependencies(system_host_safety useipsec)
add_test(NAME system_host_safety COMMAND system_host_safety)
set_tests_properties(system_host_safety PROPERTIES LABELS system TIMEOUT 900 RUN_SERIAL TRUE)
