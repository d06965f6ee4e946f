# Labs held in the background and entered by hand; skips with the reason where this machine has no ground.
add_executable(system_lab ${CMAKE_CURRENT_LIST_DIR}/lab_test.cpp)
target_compile_definitions(system_lab PRIVATE PROGRAM="$<TARGET_FILE:useipsec>")
target_link_libraries(system_lab PRIVATE places GTest::gmock_main nlohmann_json::nlohmann_json)
add_dependencies(system_lab useipsec)
add_test(NAME system_lab COMMAND system_lab)
set_tests_properties(system_lab PROPERTIES LABELS system TIMEOUT 900 RUN_SERIAL TRUE)
# With ground host, where there are ESP and AH for certain: in a guest. What differs by ground, which is slower there.
add_test(NAME guest_lab COMMAND useipsec in-guest --results ${CMAKE_CURRENT_BINARY_DIR}/guest_lab -- $<TARGET_FILE:system_lab>
         --gtest_filter=VisitTest.*:LabTest.Stopping*:LabTest.KillNine*:LabTest.AWorker*:-VisitTest.Errors*)
set_tests_properties(guest_lab PROPERTIES LABELS system TIMEOUT 1200 RUN_SERIAL TRUE SKIP_RETURN_CODE 77)
