# A short run with real daemons, then its page in a real browser and its capture in tshark. Where this machine has no
# ground, or no browser, or no tshark, the tests that need it are skipped with the reason.
set(report_run ${CMAKE_CURRENT_BINARY_DIR}/report/run)
add_test(NAME report_fresh COMMAND ${CMAKE_COMMAND} -E rm -rf ${CMAKE_CURRENT_BINARY_DIR}/report)
set_tests_properties(report_fresh PROPERTIES LABELS system FIXTURES_SETUP report_folder)
add_test(NAME report_run COMMAND useipsec run esp-transport-napt --jobs 1 --quiet --out ${report_run})
set_tests_properties(report_run PROPERTIES LABELS system TIMEOUT 900 RUN_SERIAL TRUE SKIP_RETURN_CODE 77
  FIXTURES_REQUIRED report_folder FIXTURES_SETUP report_run)

add_executable(report_test ${CMAKE_CURRENT_LIST_DIR}/report_test.cpp)
target_compile_definitions(report_test PRIVATE REPORT_RUN="${report_run}")
target_link_libraries(report_test PRIVATE useipsec_report_html places GTest::gmock_main nlohmann_json::nlohmann_json)
gtest_discover_tests(report_test PROPERTIES LABELS system TIMEOUT 600 FIXTURES_REQUIRED report_run RUN_SERIAL TRUE)
