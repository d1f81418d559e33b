# Writes OUTPUT, a C++ source with the SQL scripts of FOLDER as string literals. Run by the build with cmake -P.
file(GLOB scripts ${FOLDER}/*.sql)
list(SORT scripts)
set(entries "")
foreach(script IN LISTS scripts)
  get_filename_component(name ${script} NAME)
  file(READ ${script} text)
  string(APPEND entries "    {\"${name}\", R\"runbook(${text})runbook\"},\n")
endforeach()
set(content "// Generated from runbook/*.sql by cmake/embed_runbook.cmake.
#include \"lifeboat/runbook/runbook.h\"

namespace lifeboat::app {
namespace {

constexpr RunbookScript kScripts[] = {
${entries}};

}  // namespace

std::span<const RunbookScript> RunbookScripts() { return kScripts; }

}  // namespace lifeboat::app
")
file(WRITE ${OUTPUT} "${content}")
