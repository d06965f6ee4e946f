# The whole suite with real daemons, as `make run` runs it; where this machine has no ground it is skipped with its reason.
add_test(NAME suite COMMAND useipsec run --out ${CMAKE_CURRENT_BINARY_DIR}/suite/run)
add_test(NAME suite_fresh COMMAND ${CMAKE_COMMAND} -E rm -rf ${CMAKE_CURRENT_BINARY_DIR}/suite)
set_tests_properties(suite_fresh PROPERTIES LABELS system FIXTURES_SETUP suite_folder)
set_tests_properties(suite PROPERTIES LABELS system TIMEOUT 900 RUN_SERIAL TRUE SKIP_RETURN_CODE 77 FIXTURES_REQUIRED suite_folder)
