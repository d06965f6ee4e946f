# Real guests: minutes, needs the package user-mode-linux. Run by hand: ground_trial FOLDER [KERNEL]
add_executable(ground_trial ${CMAKE_CURRENT_LIST_DIR}/ground_trial.cpp)
target_link_libraries(ground_trial PRIVATE useipsec_ground)
add_test(NAME ground_trial COMMAND ground_trial ${CMAKE_CURRENT_BINARY_DIR}/ground_trial_results)
set_tests_properties(ground_trial PROPERTIES LABELS system TIMEOUT 900 RUN_SERIAL TRUE)
