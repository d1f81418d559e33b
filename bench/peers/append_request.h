// AppendRequest: what an engine does to append one data file to a table: it looks at the table, writes a
// manifest and a manifest list beside it, and asks the catalog to commit them.
//
// The data file is only named, and nothing waits for the disk: what is measured is the catalog, which shares
// the disk with its clients here.
#ifndef LIFEBOAT_BENCH_PEERS_APPEND_REQUEST_H_
#define LIFEBOAT_BENCH_PEERS_APPEND_REQUEST_H_

#include <string>
#include <string_view>

#include "base/result.h"

namespace lifeboat::bench {

// The body of the commit that appends the file of that name; `load_table_result` is the table as it was seen.
Result<std::string> PrepareAppend(std::string_view load_table_result, std::string_view file_name);

}  // namespace lifeboat::bench

#endif  // LIFEBOAT_BENCH_PEERS_APPEND_REQUEST_H_
