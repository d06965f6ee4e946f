# The whole suite with real daemons, as `make run` runs it; where this machine has no ground it is skipped with its reason.
add_test(NAME suite COMMAND useipsec run --out ${CMAKE_CURRENT_BINARY_DIR}/suite/run)
add_test(NAME suite_fresh COMMAND ${CMAKE_COMMAND} -E rm -rf ${CMAKE_CURRENT_BINARY_DIR}/suite)
set_tests_properties(suite_fresh PROPERTIES LABELS system FIXTURES_SETUP suite_folder)
set_tests_properties(suite PROPERTIES LABELS system TIMEOUT 4200 RUN_SERIAL TRUE SKIP_RETURN_CODE 77 FIXTURES_REQUIRED suite_folder)

# What came of it, beside what is stored. After the suite whether that passed or not: what got worse is told either way.
set(baseline ${CMAKE_SOURCE_DIR}/results/baseline.json)
function(add_comparison name run)
  add_test(NAME ${name} COMMAND ${CMAKE_COMMAND} -DUSEIPSEC=$<TARGET_FILE:useipsec> -DBASELINE=${baseline} -DRUN=${run}
    -P ${CMAKE_SOURCE_DIR}/tests/helpers/compare_with_baseline.cmake)
endfunction()
add_comparison(suite_baseline ${CMAKE_CURRENT_BINARY_DIR}/suite/run)
set_tests_properties(suite_baseline PROPERTIES LABELS system DEPENDS suite SKIP_REGULAR_EXPRESSION "^SKIPPED")

# The comparison can fail.
add_test(NAME baseline_runs COMMAND ${CMAKE_COMMAND} -DBASELINE=${baseline} -DINTO=${CMAKE_CURRENT_BINARY_DIR}/baseline
  -P ${CMAKE_SOURCE_DIR}/tests/helpers/worse_than_baseline.cmake)
set_tests_properties(baseline_runs PROPERTIES LABELS unit FIXTURES_SETUP baseline_runs)
foreach(kind same worse gone)
  add_comparison(baseline_${kind} ${CMAKE_CURRENT_BINARY_DIR}/baseline/${kind})
  set_tests_properties(baseline_${kind} PROPERTIES LABELS unit FIXTURES_REQUIRED baseline_runs)
endforeach()
set_tests_properties(baseline_worse PROPERTIES PASS_REGULAR_EXPRESSION "worse    case .*passed -> failed.*is not what the baseline says")
set_tests_properties(baseline_gone PROPERTIES PASS_REGULAR_EXPRESSION "gone     case .*is not what the baseline says")
