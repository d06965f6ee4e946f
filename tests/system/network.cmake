# A live network in an enclosure of its own; skips with the reason where there are no namespaces for us.
add_executable(system_network ${CMAKE_CURRENT_LIST_DIR}/network_test.cpp ${CMAKE_CURRENT_LIST_DIR}/impairment_test.cpp
               ${CMAKE_CURRENT_LIST_DIR}/parting_test.cpp ${CMAKE_CURRENT_LIST_DIR}/datagrams.cpp)
target_include_directories(system_network PRIVATE ${CMAKE_CURRENT_LIST_DIR}/..)
target_link_libraries(system_network PRIVATE useipsec_network useipsec_run GTest::gmock)
add_test(NAME system_network COMMAND system_network)
set_tests_properties(system_network PROPERTIES LABELS system TIMEOUT 600 SKIP_RETURN_CODE 77)
# The same where there are ESP and AH for certain: in a guest.
add_test(NAME guest_network COMMAND useipsec in-guest --results ${CMAKE_CURRENT_BINARY_DIR}/guest_network -- $<TARGET_FILE:system_network>)
set_tests_properties(guest_network PROPERTIES LABELS system TIMEOUT 600 RUN_SERIAL TRUE SKIP_RETURN_CODE 77)
