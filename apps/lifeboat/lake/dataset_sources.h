// The two kinds of data set that can be loaded.
#ifndef LIFEBOAT_LAKE_DATASET_SOURCES_H_
#define LIFEBOAT_LAKE_DATASET_SOURCES_H_

#include <memory>
#include <string>

#include "base/result.h"
#include "lifeboat/advertising/plan.h"
#include "lifeboat/lake/load_tables.h"
#include "storage/storage.h"

namespace lifeboat::app {

// Rows made while they are loaded.
Dataset DatasetOfPlan(advertising::Plan plan);
// Rows of a folder that `lifeboat generate` wrote; kNotFound when its dataset.json is missing.
Result<Dataset> DatasetOfFolder(const std::string& dir, const std::shared_ptr<storage::Storage>& storage);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_LAKE_DATASET_SOURCES_H_
