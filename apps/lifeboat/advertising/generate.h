// Generate: writes a plan's four tables into a folder, as Parquet or CSV files.
//
//   DIR/campaigns.csv …            or   DIR/campaigns/<name>.parquet …
//   DIR/dataset.json               what was generated; written last, so a folder that has it is complete
#ifndef LIFEBOAT_ADVERTISING_GENERATE_H_
#define LIFEBOAT_ADVERTISING_GENERATE_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "lifeboat/advertising/plan.h"

namespace lifeboat::app::advertising {

enum class FileFormat { kParquet, kCsv };
std::string_view FileFormatName(FileFormat format);  // "parquet"
Result<FileFormat> ParseFileFormat(std::string_view name);

struct GenerateRequest {
  std::string dir;
  FileFormat format = FileFormat::kParquet;
  int threads = 2;
  bool overwrite = false;  // replace a data set that is there; without it that is kAlreadyExists
};

struct GenerateSummary {
  std::array<int64_t, kTables.size()> rows{};  // in the order of kTables
  double revenue_usd = 0;
  double spend_usd = 0;
  double seconds = 0;

  int64_t TotalRows() const;
  double ReturnOnAdSpend() const;  // 0 without spend
};

Result<GenerateSummary> Generate(const Plan& plan, const GenerateRequest& request);

}  // namespace lifeboat::app::advertising

#endif  // LIFEBOAT_ADVERTISING_GENERATE_H_
