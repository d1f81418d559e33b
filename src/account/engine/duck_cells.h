// DuckDB's result chunks as the driver protocol's columns and cells. Includes DuckDB.
#ifndef LIFEBOAT_ACCOUNT_ENGINE_DUCK_CELLS_H_
#define LIFEBOAT_ACCOUNT_ENGINE_DUCK_CELLS_H_

#include <duckdb/common/types/data_chunk.hpp>
#include <string>
#include <vector>

#include "account/engine/account_service.h"

namespace lifeboat::account {

// How a column of that DuckDB type is described to clients.
Column ToColumn(const std::string& name, const duckdb::LogicalType& type);

// Appends the chunk's rows.
void AppendCells(duckdb::DataChunk& chunk, std::vector<std::vector<Cell>>& rows);

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_DUCK_CELLS_H_
