// CSV (RFC 4180) from RowSources: a header line, then one line a row; NULL is empty, "" is the empty string,
// booleans are true and false.
#ifndef LIFEBOAT_ADVERTISING_CSV_WRITER_H_
#define LIFEBOAT_ADVERTISING_CSV_WRITER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "account/engine/row_source.h"
#include "base/result.h"
#include "lifeboat/advertising/tables.h"
#include "storage/storage.h"

namespace lifeboat::app::advertising {

// Writes the rows of all sources, in order, as one object at `location`. On error nothing is left there.
// `on_progress` is called with the rows of each chunk; an error it returns ends the write.
Status WriteCsv(storage::Storage& storage, const std::string& location,
                std::span<const ColumnDefinition> columns,
                const std::vector<std::unique_ptr<account::RowSource>>& sources,
                const std::function<Status(int64_t rows)>& on_progress);

}  // namespace lifeboat::app::advertising

#endif  // LIFEBOAT_ADVERTISING_CSV_WRITER_H_
