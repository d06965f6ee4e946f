# Measures what a person waits for after a run: a page of 1,000 cases, a ladder of 100,000 packets. Needs nothing.
add_executable(report_bench ${CMAKE_CURRENT_LIST_DIR}/report_bench.cpp)
target_link_libraries(report_bench PRIVATE useipsec_report_html places)
