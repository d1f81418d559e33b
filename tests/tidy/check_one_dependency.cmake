# Run by layers_test.cmake: fails when NAME may not depend on DEP.
include(${SOURCE}/cmake/module.cmake)
lifeboat_check_dependency(${NAME} ${DEP})
