# Every NAT box of topologies/ measured, live; skips with the reason where there are no namespaces for us.
add_executable(system_nat_proof ${CMAKE_CURRENT_LIST_DIR}/nat_proof_test.cpp)
target_include_directories(system_nat_proof PRIVATE ${CMAKE_CURRENT_LIST_DIR}/..)
target_link_libraries(system_nat_proof PRIVATE useipsec_proof useipsec_run places GTest::gmock)
add_test(NAME system_nat_proof COMMAND system_nat_proof)
set_tests_properties(system_nat_proof PROPERTIES LABELS system TIMEOUT 120 SKIP_RETURN_CODE 77)
# The same where the kernel's NAT and a TUN device are there for certain: in a guest.
add_test(NAME guest_nat_proof COMMAND useipsec in-guest --results ${CMAKE_CURRENT_BINARY_DIR}/guest_nat_proof -- $<TARGET_FILE:system_nat_proof>)
set_tests_properties(guest_nat_proof PROPERTIES LABELS system TIMEOUT 240 RUN_SERIAL TRUE SKIP_RETURN_CODE 77)
