# Says where the time of a grid's cells went, from the folder of a run. Needs nothing.
add_executable(grid_bench ${CMAKE_CURRENT_LIST_DIR}/grid_bench.cpp)
target_link_libraries(grid_bench PRIVATE useipsec_observe useipsec_base fmt::fmt nlohmann_json::nlohmann_json)
