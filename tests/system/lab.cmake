# A lab held in the background and entered by hand; skips with the reason where this machine has no ground.
add_executable(system_lab ${CMAKE_CURRENT_LIST_DIR}/lab_test.cpp)
target_compile_definitions(system_lab PRIVATE PROGRAM="$<TARGET_FILE:useipsec>")
target_link_libraries(system_lab PRIVATE GTest::gmock_main)
add_dependencies(system_lab useipsec)
add_test(NAME system_lab COMMAND system_lab)
set_tests_properties(system_lab PROPERTIES LABELS system TIMEOUT 180 RUN_SERIAL TRUE)
