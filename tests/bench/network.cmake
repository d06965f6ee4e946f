# Measures the network builder; needs root over namespaces, so run it in a guest or under `unshare -mn`.
add_executable(network_bench ${CMAKE_CURRENT_LIST_DIR}/network_bench.cpp)
target_link_libraries(network_bench PRIVATE useipsec_network)
